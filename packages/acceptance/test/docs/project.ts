import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ran, run, succeed } from '../consumers/run.ts'
import { generatePrisma } from '../through/prisma-client.ts'

/** The root of the repository. */
export const ROOT = join(__dirname, '../../../..')

/** A folder outside the repository with a user's dependencies: our packages as built, pg, the ORMs, a Prisma client. */
export interface Project {
  readonly folder: string
  /** Compiles modules with strict TypeScript; resolves with the errors by module name, without line numbers. */
  compile(sources: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly string[]>>
  /** Runs a compiled module in a process of its own, with this environment and no other variables. */
  run(name: string, environment: Readonly<Record<string, string>>): Promise<Ran>
  remove(): Promise<void>
}

const OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023'],
  types: ['node'],
  // For NestJS.
  experimentalDecorators: true,
  skipLibCheck: true,
  outDir: 'out',
}

/** Makes the project, after building the packages if they are out of date. */
export async function createProject(): Promise<Project> {
  const compiler = join(ROOT, 'node_modules/.bin/tsc')
  await succeed(compiler, ['-b'], ROOT)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'verifull-pages-')))
  await link(join(ROOT, 'packages/acceptance/node_modules'), join(folder, 'node_modules'))
  // Sequelize 7 cannot be installed beside 6 under the same name.
  await link(join(ROOT, 'packages/sequelize/node_modules'), join(folder, 'node_modules'))
  await link(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'))
  await generatePrisma(folder, 'mts')
  return {
    folder,
    async compile(sources) {
      await Promise.all([...sources].map(([name, code]) => writeFile(join(folder, `${name}.mts`), `${code}\n`)))
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['*.mts'] }))
      const { output } = await run(compiler, ['--pretty', 'false', '-p', '.'], folder)
      const complaints = new Map([...sources.keys()].map((name): [string, string[]] => [name, []]))
      for (const text of output.split('\n').filter(Boolean)) {
        const [, name = '', complaint = text] = /^(.*?)\.mts\(\d+,\d+\): (.*)$/.exec(text) ?? []
        const list = complaints.get(name) ?? [...complaints.values()][0]
        list?.push(complaint)
      }
      return complaints
    },
    run: (name, environment) => runBounded(join('out', `${name}.mjs`), folder, environment),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

const LIMIT_MS = 60_000

/** Runs a module and ends it after a time limit. */
function runBounded(module: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [module], { cwd, env, timeout: LIMIT_MS }, (error, stdout, stderr) => {
      const late = error?.killed ? `it did not end within ${LIMIT_MS} ms\n` : ''
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr + late })
    })
  })
}

/** Links every package of one `node_modules` into another; scopes are folders of their own. */
async function link(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of await readdir(from)) {
    if (name.startsWith('.')) continue
    if (name.startsWith('@')) await link(join(from, name), join(to, name))
    else await symlink(await realpath(join(from, name)), join(to, name)).catch(unlessThere)
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
