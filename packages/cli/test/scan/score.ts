import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { searched } from '../../src/scan/files/candidates.ts'
import { scan } from '../../src/scan/scan.ts'
import { type Part, readCorpus } from './corpus.ts'

/** The score of a part of the corpus. */
export interface Score {
  readonly files: number
  readonly expected: number
  readonly found: number
  readonly graveExpected: number
  readonly graveFound: number
  /** Files without flaws, and those of them in which something is reported. */
  readonly clean: number
  readonly falseAlarms: readonly string[]
  readonly missed: readonly string[]
  /** Reported in a file with flaws, but not expected there. */
  readonly unexpected: readonly string[]
}

/** Writes a part of the corpus into a folder, scans it, and counts. */
export async function scoreOf(part: Part, folder: string): Promise<Score> {
  const corpus = readCorpus(part)
  for (const { path, text } of corpus) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { mode: 0o600 })
  }
  const { findings } = await scan(searched({ paths: ['.'], folder, exclude: [] }), folder)
  const keys = new Map(
    findings.map(({ rule, severity, location }) => [`${location?.file}:${location?.line} ${rule}`, severity]),
  )
  const all = corpus.flatMap(({ path, expected }) =>
    expected.map(({ rule, line, isGrave }) => ({ key: `${path}:${line} ${rule}`, isGrave })),
  )
  const isFound = ({ key, isGrave }: (typeof all)[number]) => (isGrave ? keys.get(key) === 'refuse' : keys.has(key))
  const wanted = new Set(all.map(({ key }) => key))
  const clean = new Set(corpus.filter(({ expected }) => expected.length === 0).map(({ path }) => path))
  const extra = [...keys.keys()].filter((key) => !wanted.has(key))
  const isClean = (key: string) => clean.has(key.slice(0, key.lastIndexOf(':')))
  const grave = all.filter(({ isGrave }) => isGrave)
  return {
    files: corpus.length,
    expected: all.length,
    found: all.filter(isFound).length,
    graveExpected: grave.length,
    graveFound: grave.filter(isFound).length,
    clean: clean.size,
    falseAlarms: extra.filter(isClean),
    missed: all.filter((one) => !isFound(one)).map(({ key }) => key),
    unexpected: extra.filter((key) => !isClean(key)),
  }
}
