import { execFile } from 'node:child_process'
import { copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@verifull/test-harness'

/** A process that has ended. */
export interface Ended {
  readonly code: number
  /** stdout and stderr, without colours. */
  readonly output: string
}

/** A user's project: a folder of its own, with Knex, tsx, pg and `@verifull/knex` as `pnpm build` left it. */
export interface Project {
  readonly folder: string
  /** Runs Node in it, with this environment and no other. */
  run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended>
  /** Runs Knex's command line. */
  knex(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended>
  remove(): Promise<void>
}

/** What a project has. */
export interface ProjectWanted {
  /** The package that is installed as `knex`. */
  readonly knex: 'knex' | 'knex-3.0'
  readonly files: Readonly<Record<string, string>>
  /** Flags of Node for the command line. */
  readonly flags?: readonly string[]
}

const LIMIT_MS = 30_000
const PACKAGE = join(__dirname, '..')

export async function createProject({ knex, files, flags = [] }: ProjectWanted): Promise<Project> {
  const { path: folder, remove } = temporaryFolder()
  const packages = { knex, pg: 'pg', tsx: 'tsx', '@verifull/core': '@verifull/core', '@verifull/pg': '@verifull/pg' }
  for (const [name, from] of Object.entries(packages)) {
    const path = join(folder, 'node_modules', name)
    await mkdir(dirname(path), { recursive: true })
    await symlink(await realpath(join(PACKAGE, 'node_modules', from)), path)
  }
  // A copy, because a link would find the Knex of the repository.
  for (const file of ['package.json', 'dist/bundle.js']) {
    const path = join(folder, 'node_modules/@verifull/knex', file)
    await mkdir(dirname(path), { recursive: true })
    await copyFile(join(PACKAGE, file), path)
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
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
    knex: (args, environment) => run([...flags, 'node_modules/knex/bin/cli.js', ...args], environment),
    remove,
  }
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

function plain(text: string): string {
  return text.replaceAll(COLOURS, '')
}
