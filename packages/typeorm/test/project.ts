import { execFile } from 'node:child_process'
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@verifull/test-harness'

/** A process that has ended. */
export interface Ended {
  readonly code: number
  /** stdout and stderr, without colours. */
  readonly output: string
}

/** A user's project: a folder of its own, with TypeORM, tsx and `@verifull/typeorm` as `pnpm build` left it. */
export interface Project {
  readonly folder: string
  /** Runs Node in it, with this environment and no other. */
  run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended>
  /** Runs TypeORM's command line. */
  typeorm(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended>
  remove(): Promise<void>
}

/** What a project has. */
export interface ProjectWanted {
  /** The package that is installed as `typeorm`. */
  readonly typeorm: 'typeorm' | 'typeorm-0.3'
  readonly files: Readonly<Record<string, string>>
  /** Flags of Node for the command line. */
  readonly flags?: readonly string[]
}

const LIMIT_MS = 30_000
const PACKAGE = join(__dirname, '..')

export async function createProject({ typeorm, files, flags = [] }: ProjectWanted): Promise<Project> {
  const { path: folder, remove } = temporaryFolder()
  const packages = { typeorm, tsx: 'tsx' }
  for (const [name, from] of Object.entries(packages)) await install(folder, name, join(PACKAGE, 'node_modules', from))
  await install(folder, '@verifull/typeorm', PACKAGE)
  for (const [name, text] of Object.entries(files)) await write(join(folder, name), text)
  const run: Project['run'] = (args, environment) =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: { PATH: process.env.PATH ?? '', ...environment }, timeout: LIMIT_MS }
      execFile(process.execPath, args, options, (error, stdout, stderr) => {
        const late = error?.killed ? `it did not end within ${LIMIT_MS} ms\n` : ''
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: plain(stdout + stderr) + late })
      })
    })
  return {
    folder,
    run,
    typeorm: (args, environment) => run([...flags, join('node_modules', 'typeorm', 'cli.js'), ...args], environment),
    remove,
  }
}

async function install(folder: string, name: string, from: string): Promise<void> {
  const path = join(folder, 'node_modules', name)
  await mkdir(dirname(path), { recursive: true })
  await symlink(await realpath(from), path)
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

function plain(text: string): string {
  return text.replaceAll(COLOURS, '')
}
