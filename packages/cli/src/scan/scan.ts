import { relative, sep } from 'node:path'
import { addressOfRule } from '@verifull/core/diagnostics'
import type { Location, ReportedFinding, Unchecked } from '../report/report.ts'
import { isEnvExample, isEnvFile } from './file-kind.ts'
import type { Candidate, SearchStep } from './files/candidates.ts'
import { readFile } from './files/read-file.ts'
import type { Found } from './found.ts'
import { holdsSecrets } from './lines/judge-lines.ts'
import { placed } from './placed.ts'
import { SCAN_RULES } from './rules.ts'
import { scanText } from './scan-text.ts'

/** Result of a scan. */
export interface ScanResult {
  readonly findings: readonly ReportedFinding[]
  readonly unchecked: readonly Unchecked[]
  /** Number of files that were looked at. */
  readonly files: number
}

/**
 * Judges the files that a search finds. Nothing of them is executed.
 *
 * @param folder Working directory; findings name files relative to it.
 * @param onFile Told how many of all files have been looked at.
 * @throws Error if the search ended before its last file
 */
export async function scan(
  steps: Iterable<SearchStep> | AsyncIterable<SearchStep>,
  folder: string,
  onFile: (done: number, count: number) => void = () => {},
): Promise<ScanResult> {
  const findings: ReportedFinding[] = []
  const unchecked: Unchecked[] = []
  let files = 0
  let isWhole = false
  for await (const step of steps) {
    unchecked.push(...step.unchecked)
    for (const candidate of step.candidates) {
      const judged = judgedFile(candidate, relative(folder, candidate.path).split(sep).join('/'))
      findings.push(...judged.findings)
      unchecked.push(...judged.unchecked)
    }
    files = step.count
    isWhole = step.done === step.count
    onFile(step.done, step.count)
  }
  if (!isWhole) throw new Error('the search of the files ended before its last one')
  return { findings, unchecked, files }
}

function judgedFile({ path, isTracked, content }: Candidate, name: string): Omit<ScanResult, 'files'> {
  if ('unchecked' in content) return { findings: [], unchecked: [{ what: name, why: content.unchecked }] }
  const { text, mode } = content
  const { found, unchecked } = scanText(text, path, textOf)
  const own = isEnvFile(path) ? judgeEnvFile(path, text, mode, isTracked) : []
  return {
    findings: reported([...found, ...own], text, name),
    unchecked: unchecked === undefined ? [] : [{ what: name, why: unchecked }],
  }
}

/** Scans one text, such as that of stdin. */
export function scanOne(text: string, name: string): ScanResult {
  const { found, unchecked } = scanText(text, name)
  const reasons = unchecked === undefined ? [] : [{ what: name, why: unchecked }]
  return { findings: reported(found, text, name), unchecked: reasons, files: 1 }
}

function judgeEnvFile(path: string, text: string, mode: number, isTracked: boolean): readonly Found[] {
  if (isEnvExample(path) || !holdsSecrets(text)) return []
  const place = { start: 0, end: 0 }
  if (isTracked) return [{ rule: 'env-committed', what: 'git has this file, which holds a secret', ...place }]
  if (process.platform === 'win32' || (mode & 0o044) === 0) return []
  const others = (mode & 0o777).toString(8).padStart(4, '0')
  return [
    { rule: 'env-readable', what: `other users can read this file (mode ${others}), which holds a secret`, ...place },
  ]
}

function reported(found: readonly Found[], text: string, file: string): readonly ReportedFinding[] {
  const seen = new Map<string, number>()
  return placed(found, text).map(({ rule, severity, what, from, to, reason }) => {
    const location: Location = { file, ...from, endLine: to.line, endColumn: to.column }
    const count = (seen.get(`${rule} ${what}`) ?? 0) + 1
    seen.set(`${rule} ${what}`, count)
    return {
      rule,
      severity,
      what,
      fix: SCAN_RULES[rule].fix,
      ...(reason !== undefined && { allowedBecause: reason }),
      location,
      help: addressOfRule(rule, 'scan'),
      key: `${file} ${what} ${count}`,
    }
  })
}

/** Text of a file from which a constant is imported. */
function textOf(path: string): string | undefined {
  const content = readFile(path, true)
  return content && 'text' in content ? content.text : undefined
}
