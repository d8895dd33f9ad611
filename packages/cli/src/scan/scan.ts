import { relative, sep } from 'node:path'
import { addressOfRule } from '@verifull/core/diagnostics'
import type { Location, ReportedFinding, Unchecked } from '../report/report.ts'
import { isEnvExample, isEnvFile } from './file-kind.ts'
import { listFiles } from './files/list-files.ts'
import { readFile } from './files/read-file.ts'
import type { Found } from './found.ts'
import { holdsSecrets } from './lines/judge-lines.ts'
import { Positions } from './positions.ts'
import { SCAN_RULES } from './rules.ts'
import { scanText } from './scan-text.ts'
import { Suppressions } from './suppressions.ts'

/** Result of a scan. */
export interface ScanResult {
  readonly findings: readonly ReportedFinding[]
  readonly unchecked: readonly Unchecked[]
  /** Number of files that were looked at. */
  readonly files: number
}

/** Files and folders to scan. */
export interface ScanOptions {
  readonly paths: readonly string[]
  /** Working directory; findings name files relative to it. */
  readonly folder: string
  /** Patterns of `.gitignore`, for files that are left out. */
  readonly exclude?: readonly string[]
  readonly signal?: AbortSignal
  readonly onFile?: (index: number, count: number) => void
}

/** Scans files and folders for insecure settings of PostgreSQL connections. Nothing of them is executed. */
export function scan({ paths, folder, exclude = [], signal, onFile }: ScanOptions): ScanResult {
  const { files, tracked, unchecked: unlisted } = listFiles(paths, folder, exclude)
  const findings: ReportedFinding[] = []
  const unchecked: Unchecked[] = [...unlisted]
  for (const [index, path] of files.entries()) {
    signal?.throwIfAborted()
    onFile?.(index, files.length)
    const content = readFile(path)
    if (!content) continue
    const name = relative(folder, path).split(sep).join('/')
    if ('unchecked' in content) {
      unchecked.push({ what: name, why: content.unchecked })
      continue
    }
    const { text, mode } = content
    const scanned = scanText(text, path, textOf)
    if (scanned.unchecked !== undefined) unchecked.push({ what: name, why: scanned.unchecked })
    const own = isEnvFile(path) ? judgeEnvFile(path, text, mode, tracked.has(path)) : []
    findings.push(...reported([...scanned.found, ...own], text, name))
  }
  return { findings, unchecked, files: files.length }
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
  if (found.length === 0) return []
  const positions = new Positions(text)
  const suppressions = new Suppressions(text)
  const seen = new Map<string, number>()
  return found.map(({ rule, severity, what, start, end }) => {
    const first = positions.at(start)
    const last = positions.at(end)
    const location: Location = { file, ...first, endLine: last.line, endColumn: last.column }
    const count = (seen.get(`${rule} ${what}`) ?? 0) + 1
    seen.set(`${rule} ${what}`, count)
    const reason = suppressions.reason(rule, first.line)
    return {
      rule,
      severity: reason === undefined ? (severity ?? SCAN_RULES[rule].severity) : 'note',
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
