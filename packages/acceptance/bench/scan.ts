import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

/** A file of a corpus: its name, and the file that it is a copy of or its text. */
interface File {
  readonly name: string
  readonly from?: string
  readonly text?: string
}

const CLI = resolve('packages/cli')
const ROUNDS = 7

/** Measures `verifull scan` beside `grep -rE` for the same words, in 10,000 files each. A missed bar is no failure. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'verifull-bench-'))
  try {
    const all = filesIn(resolve('node_modules/.pnpm')).filter((file) => /\.(json|ya?ml|[cm]?[jt]sx?)$/.test(file))
    const sources = shuffled(all).map((from) => ({ name: basename(from), from }))
    const small = sources.filter(({ from }) => isSmall(statSync(from).size))
    const corpora: Readonly<Record<string, readonly File[]>> = {
      'small files, 1 % with flaws': [...small.slice(0, 9900), ...flawed(100)],
      'files of npm packages': sources.slice(0, 10_000),
      '30 % .env, YAML and JSON': [...small.slice(0, 6900), ...configuration(3000), ...flawed(100)],
    }
    for (const [name, files] of Object.entries(corpora)) {
      const path = join(folder, name.replaceAll(/\W+/g, '-'))
      for (const [index, file] of files.entries()) write(join(path, `${index % 100}`, `${index}`), file)
      process.stdout.write(`${name}: ${measured(path)}\n`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measured(path: string): string {
  const { ANY }: { readonly ANY: RegExp } = createRequire(__filename)(join(CLI, 'dist/scan/words.js'))
  const grep = ['-rE', extended(ANY.source), path]
  const scan = [join(CLI, 'bin/verifull.js'), 'scan', path]
  const rounds = Array.from({ length: ROUNDS }, () => ({
    grep: millisecondsOf('grep', grep, 'C'),
    'grep in UTF-8': millisecondsOf('grep', grep, 'C.UTF-8'),
    scan: millisecondsOf(process.execPath, scan, 'C'),
  }))
  // Other programs make a run longer and never shorter.
  const fastest = (name: 'grep' | 'grep in UTF-8' | 'scan') => Math.min(...rounds.map((round) => round[name]))
  const factor = (fastest('scan') / fastest('grep')).toFixed(1)
  return `grep ${fastest('grep').toFixed(0)} ms, in UTF-8 ${fastest('grep in UTF-8').toFixed(0)} ms; scan ${fastest('scan').toFixed(0)} ms, ${factor} times grep`
}

/** The pattern as `grep -E` writes it. */
function extended(source: string): string {
  return source
    .replaceAll('(?:', '(')
    .replaceAll('\\/', '/')
    .replaceAll('[^\\s', '[^[:space:]')
    .replaceAll('\\w$]', '[:alnum:]_$]')
    .replaceAll('\\s', '[[:space:]]')
    .replaceAll('\\t', '\t')
}

function millisecondsOf(program: string, words: readonly string[], locale: string): number {
  const started = performance.now()
  const { error, status } = spawnSync(program, words, { env: { ...process.env, LC_ALL: locale }, maxBuffer: 1 << 28 })
  if (error || (status !== 0 && status !== 1)) throw error ?? new Error(`${program} ended with ${status}`)
  return performance.now() - started
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
  })
}

/** The same order each time, for the same files. */
function shuffled(files: readonly string[]): readonly string[] {
  return files
    .map((file, index) => ({ file, key: (index * 7919) % 104_729 }))
    .sort((one, other) => one.key - other.key)
    .map(({ file }) => file)
}

function isSmall(size: number): boolean {
  return size >= 1024 && size <= 4096
}

/** Files of the corpus of the tests, most of which have flaws. */
function flawed(count: number): readonly File[] {
  const sections = ['tuned', 'held-out', 'blind'].flatMap((part) =>
    readFileSync(join(CLI, `test/scan/corpus/${part}.txt`), 'utf8')
      .split(/^=== /m)
      .slice(1),
  )
  return sections.slice(0, count).map((section) => {
    const [name = '', ...lines] = section.split('\n')
    return { name: basename(name), text: lines.map((line) => line.replace(/\s*¶.*$/, '')).join('\n') }
  })
}

/** Configuration of services, a tenth of which speaks of PostgreSQL. */
function configuration(count: number): readonly File[] {
  return Array.from({ length: count }, (_, index) => {
    const names = Array.from({ length: 25 }, (_, at) => `SETTING_${index}_${at}`)
    if (index % 10 === 0) names.push('PGHOST', 'PGSSLMODE')
    const given = (name: string) => (name === 'PGSSLMODE' ? 'verify-full' : `${name.toLowerCase()}.example`)
    const values = Object.fromEntries(names.map((name) => [name, given(name)]))
    const lines = (between: string) => names.map((name) => `${name}${between}${values[name]}`).join('\n')
    if (index % 3 === 0) return { name: '.env', text: lines('=') }
    return index % 3 === 1
      ? { name: 'config.yaml', text: lines(': ') }
      : { name: 'config.json', text: JSON.stringify(values) }
  })
}

function write(folder: string, { name, from, text = '' }: File): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  if (from === undefined) writeFileSync(path, text, { mode: 0o600 })
  else copyFileSync(from, path)
}

main()
