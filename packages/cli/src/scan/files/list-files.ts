import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import type { Unchecked } from '../../report/report.ts'
import { kindOf } from '../file-kind.ts'

/** A list of files to read, each with its absolute path. */
export interface Listing {
  readonly files: readonly string[]
  /** Files that git has. */
  readonly tracked: ReadonlySet<string>
  readonly unchecked: readonly Unchecked[]
}

const NEVER =
  /(^|\/)(node_modules|\.git|dist|build|out|coverage|vendor|\.next|\.nuxt|\.terraform|\.venv|__pycache__)(\/|$)/

/** Lists the files under `paths` that have a kind, without those that git ignores, packages and builds. */
export function listFiles(paths: readonly string[], folder: string, exclude: readonly string[]): Listing {
  const files = new Set<string>()
  const tracked = new Set<string>()
  const unchecked: Unchecked[] = []
  const excluded = ignore().add([...exclude])
  for (const path of paths) {
    const start = resolve(folder, path)
    let isFolder: boolean
    try {
      isFolder = statSync(start).isDirectory()
    } catch (error) {
      unchecked.push({ what: path, why: reasonOf(error) })
      continue
    }
    if (!isFolder) {
      files.add(start)
      for (const file of git(start.slice(0, start.lastIndexOf(sep)), ['ls-files', '-z', '--', start]) ?? [])
        if (file) tracked.add(start)
      continue
    }
    const own = git(start, ['ls-files', '-z', '--cached'])
    const others = own && git(start, ['ls-files', '-z', '--others', '--exclude-standard'])
    if (own && others) {
      for (const file of own) tracked.add(join(start, file))
      for (const file of [...own, ...others]) add(start, file)
      // A .env file that git ignores may still be read by other users.
      for (const file of git(start, [
        'ls-files',
        '-z',
        '--others',
        '--ignored',
        '--exclude-standard',
        '--',
        '.env*',
        '**/.env*',
      ]) ?? []) {
        add(start, file)
      }
    } else walk(start, start, [])
  }
  return { files: [...files].sort(), tracked, unchecked }

  function add(start: string, file: string): void {
    if (NEVER.test(file) || kindOf(file) === undefined) return
    const path = join(start, file)
    const name = relative(folder, path).split(sep).join('/')
    if (!name.startsWith('..') && name !== '' && excluded.ignores(name)) return
    files.add(path)
  }

  function walk(root: string, at: string, rules: readonly { readonly base: string; readonly rules: Ignore }[]): void {
    let entries: ReturnType<typeof entriesOf>
    try {
      entries = entriesOf(at)
    } catch (error) {
      unchecked.push({ what: relative(folder, at) || '.', why: reasonOf(error) })
      return
    }
    const here = entries.some(({ name }) => name === '.gitignore')
      ? [...rules, { base: at, rules: ignore().add(readFileSync(join(at, '.gitignore'), 'utf8')) }]
      : rules
    for (const entry of entries) {
      const path = join(at, entry.name)
      const name = relative(root, path).split(sep).join('/')
      const isFolder = entry.isDirectory()
      const isIgnored = here.some(({ base, rules }) =>
        rules.ignores(relative(base, path).split(sep).join('/') + (isFolder ? '/' : '')),
      )
      if (NEVER.test(name) || (isIgnored && !/^\.env/.test(entry.name))) continue
      if (isFolder) walk(root, path, here)
      else if (entry.isFile()) add(root, name)
      else if (entry.isSymbolicLink() && isFileWithin(root, path)) add(root, name)
    }
  }
}

function entriesOf(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}

/** A link to a file is followed; links to folders are not, as these are read where they are. */
function isFileWithin(root: string, path: string): boolean {
  try {
    return lstatSync(realpathSync(path)).isFile() && !realpathSync(path).startsWith(realpathSync(root) + sep)
  } catch {
    return false
  }
}

function git(folder: string, words: readonly string[]): readonly string[] | undefined {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    }
    // No hook, pager or monitor of the repository's own configuration runs.
    const output = execFileSync(
      'git',
      ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...words],
      options,
    )
    return output.split('\0').filter((file) => file !== '')
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT'
    ? 'it does not exist'
    : code === 'EACCES' || code === 'EPERM'
      ? 'it may not be read'
      : `it cannot be read (${code})`
}
