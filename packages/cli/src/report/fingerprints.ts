import { createHash } from 'node:crypto'
import type { ReportedFinding } from './report.ts'

/**
 * Returns the fingerprint of each finding: a hash of its key, and the number of the finding among those with this key. It
 * stays the same while lines move.
 *
 * @example
 * fingerprintsOf(report.findings) // ['5d41402abc4b2a76:1', '5d41402abc4b2a76:2']
 */
export function fingerprintsOf(findings: readonly ReportedFinding[]): readonly string[] {
  const seen = new Map<string, number>()
  return findings.map(({ rule, what, location, key = `${location?.file ?? ''}\n${what}` }) => {
    const hash = createHash('sha256').update(`${rule}\n${key}`).digest('hex').slice(0, 16)
    const number = (seen.get(hash) ?? 0) + 1
    seen.set(hash, number)
    return `${hash}:${number}`
  })
}
