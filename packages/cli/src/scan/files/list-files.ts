import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
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
  const excluded = exclude.length === 0 ? undefined : ignore().add([...exclude])
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
      for (const file of own) tracked.add(within(start, file))
      // A .env file that git ignores may still be read by other users.
      const hidden = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--', '.env*', '**/.env*']
      for (const file of [...own, ...others, ...(git(start, hidden) ?? [])]) if (!NEVER.test(file)) add(start, file)
    } else walk(start, '', [])
  }
  return { files: [...files].sort(), tracked, unchecked }

  function add(start: string, file: string): void {
    if (kindOf(file) === undefined) return
    const path = within(start, file)
    if (excluded) {
      const name = relative(folder, path).split(sep).join('/')
      if (!name.startsWith('..') && name !== '' && excluded.ignores(name)) return
    }
    files.add(path)
  }

  /** Walks the folder `at` of `root`, `/` behind each folder; the rules of `.gitignore` files above it hold for paths within theirs. */
  function walk(root: string, at: string, above: readonly Rules[]): void {
    const entries = attempt(at, () => readdirSync(within(root, at), { withFileTypes: true })) ?? []
    const rules = entries.some((entry) => entry.name === '.gitignore' && entry.isFile())
      ? [...above, rulesOf(at)]
      : above
    for (const entry of entries) {
      const isFolder = entry.isDirectory()
      const name = at + entry.name
      const isIgnored = rules.some(({ at: base, rules: own }) =>
        own.ignores(name.slice(base.length) + (isFolder ? '/' : '')),
      )
      if (NEVER.test(entry.name) || (isIgnored && !/^\.env/.test(entry.name))) continue
      if (isFolder) walk(root, `${name}/`, rules)
      else if (entry.isFile() || (entry.isSymbolicLink() && isFileWithin(root, within(root, name)))) add(root, name)
    }

    function rulesOf(base: string): Rules {
      const text = attempt(`${base}.gitignore`, () => readFileSync(within(root, `${base}.gitignore`), 'utf8'))
      return { at: base, rules: ignore().add(text ?? '') }
    }

    function attempt<Result>(name: string, read: () => Result): Result | undefined {
      try {
        return read()
      } catch (error) {
        unchecked.push({ what: relative(folder, within(root, name)) || '.', why: reasonOf(error) })
        return undefined
      }
    }
  }
}

/** The rules of the `.gitignore` in the folder `at`. */
interface Rules {
  readonly at: string
  readonly rules: Ignore
}

/** The path of `file`, `/` between folders, within a folder. */
function within(folder: string, file: string): string {
  return (folder.endsWith(sep) ? folder : folder + sep) + (sep === '/' ? file : file.replaceAll('/', sep))
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
