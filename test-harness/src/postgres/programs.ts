import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, relative } from 'node:path'

/** One installation of PostgreSQL's server programs. */
export interface ServerPrograms {
  /** Major version. */
  readonly major: number
  /** Full version: `18.4`. */
  readonly version: string
  /** npm package or local installation. */
  readonly from: 'embedded' | 'local'
  /** Folder of `initdb` and `postgres`. */
  readonly bin: string
}

const MAJORS = [14, 15, 16, 17, 18, 19]

/** Server programs from npm packages, oldest first. */
export function embeddedPrograms(): ServerPrograms[] {
  return MAJORS.flatMap((major) => {
    const root = packageRoot(`postgres-${major}-${process.platform}-${process.arch}`)
    if (!root) return []
    linkLibraries(root)
    return describe(join(root, 'native', 'bin'), 'embedded')
  })
}

/** Server programs installed on this machine, oldest first; one per major version. */
export function localPrograms(): ServerPrograms[] {
  const folders = [
    ...below('/usr/lib/postgresql', /^\d+$/),
    ...below('/usr', /^pgsql-\d+$/),
    ...below('/opt/homebrew/opt', /^postgresql@\d+$/),
    ...below('/usr/local/opt', /^postgresql@\d+$/),
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  ]
  const found = folders.flatMap((folder) => describe(folder, 'local'))
  const byMajor = new Map(found.reverse().map((programs) => [programs.major, programs]))
  return [...byMajor.values()].sort((a, b) => a.major - b.major)
}

function packageRoot(name: string): string | undefined {
  try {
    return join(dirname(createRequire(__filename).resolve(name)), '..')
  } catch {
    return undefined
  }
}

// The package's install script does this, and package managers may be configured not to run it.
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(root, target)
    if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path)
  }
}

function describe(folder: string, from: ServerPrograms['from']): ServerPrograms[] {
  if (!existsSync(join(folder, 'postgres')) || !existsSync(join(folder, 'initdb'))) return []
  const bin = realpathSync(folder)
  const version = versions.get(bin) ?? versionOf(join(bin, 'postgres'))
  versions.set(bin, version)
  return [{ major: Number.parseInt(version, 10), version, from, bin }]
}

// By folder, so that each program is run once for its version.
const versions = new Map<string, string>()

function versionOf(program: string): string {
  const words = execFileSync(program, ['--version'], { encoding: 'utf8' })
  return /\(PostgreSQL\) (\S+)/.exec(words)?.[1] ?? ''
}

function below(folder: string, name: RegExp): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((entry) => name.test(entry))
    .map((entry) => join(folder, entry, 'bin'))
}
