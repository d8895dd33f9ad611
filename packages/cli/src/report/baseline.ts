import { readFileSync } from 'node:fs'
import { UsageError } from '../usage-error.ts'
import { fingerprintsOf } from './fingerprints.ts'
import type { AcceptedFinding, ReportedFinding } from './report.ts'

/** A file of findings that are accepted for a while, each with a written reason. */
export interface Baseline {
  readonly version: 1
  readonly entries: readonly BaselineEntry[]
}

/** One finding that is accepted. */
export interface BaselineEntry {
  /** {@link fingerprintsOf} the finding. */
  readonly fingerprint: string
  readonly rule: string
  /** File of the finding, for readers. */
  readonly file?: string
  /** The finding in words, for readers. */
  readonly what: string
  /** Written reason; an entry without one accepts nothing. */
  readonly reason: string
  /** Last day on which the entry accepts the finding, `YYYY-MM-DD`. */
  readonly expires?: string
}

/** Days for which a new entry accepts its finding. */
const DAYS = 90

/** Findings after the baseline: those that it accepts, and all others with those about the baseline itself. */
export interface Judged {
  readonly findings: readonly ReportedFinding[]
  readonly accepted: readonly AcceptedFinding[]
}

/**
 * Holds findings against a baseline. An entry without a reason or past its day accepts nothing and is a finding as grave
 * as the one it stands for; an entry that matches nothing is a note.
 *
 * @param file Path of the baseline, for its findings.
 * @param today The day, `YYYY-MM-DD`.
 */
export function judge(
  findings: readonly ReportedFinding[],
  { entries }: Baseline,
  file: string,
  today: string,
): Judged {
  const byFingerprint = new Map(entries.map((entry) => [entry.fingerprint, entry]))
  const found = fingerprintsOf(findings).map((fingerprint, index) => ({
    finding: findings[index] as ReportedFinding,
    entry: byFingerprint.get(fingerprint),
  }))
  const matched = new Set(found.map(({ entry }) => entry))
  const accepted = found.flatMap(({ finding, entry }) =>
    entry && objectionTo(entry, today) === undefined
      ? [{ ...finding, reason: entry.reason, ...(entry.expires !== undefined && { expires: entry.expires }) }]
      : [],
  )
  const others = found.flatMap(({ finding, entry }) => {
    const objection = entry && objectionTo(entry, today)
    if (entry === undefined) return [finding]
    return objection === undefined ? [] : [finding, aboutEntry(entry, finding.severity, objection, file)]
  })
  const unmatched = entries
    .filter((entry) => !matched.has(entry))
    .map((entry) =>
      aboutEntry(entry, 'note', { rule: 'baseline-unmatched', what: 'matches no finding', fix: 'remove it' }, file),
    )
  return { findings: [...others, ...unmatched], accepted }
}

/** Makes a baseline of all findings: entries that match keep their reason and day, new ones wait for a reason. */
export function updated(findings: readonly ReportedFinding[], { entries }: Baseline, now: Date): Baseline {
  const known = new Map(entries.map((entry) => [entry.fingerprint, entry]))
  const expires = dayOf(new Date(now.getTime() + DAYS * 86_400_000))
  return {
    version: 1,
    entries: fingerprintsOf(findings).map((fingerprint, index) => {
      const { rule, what, location } = findings[index] as ReportedFinding
      const { reason = '', expires: day = expires } = known.get(fingerprint) ?? {}
      return { fingerprint, rule, ...(location && { file: location.file }), what, reason, expires: day }
    }),
  }
}

/**
 * Reads a baseline.
 *
 * @param isNew True if the file may be missing, which is an empty baseline.
 * @throws {@link UsageError} where it cannot be read, or is no baseline.
 */
export function readBaseline(path: string, isNew: boolean): Baseline {
  let text: string
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (isNew && code === 'ENOENT') return { version: 1, entries: [] }
    throw new UsageError(`the baseline ${path} cannot be read (${code}); make one with --update-baseline`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UsageError(`the baseline ${path} is not JSON; make a new one with --update-baseline`)
  }
  const { version, entries } = (value ?? {}) as Partial<Record<keyof Baseline, unknown>>
  if (version !== 1) throw new UsageError(`the baseline ${path} has no version that is known: it must be 1`)
  if (!Array.isArray(entries)) throw new UsageError(`the baseline ${path} has no list "entries"`)
  return {
    version,
    entries: entries.map((entry, index) => checked(entry, `entry ${index + 1} of the baseline ${path}`)),
  }
}

/** The day of a date in UTC, `YYYY-MM-DD`. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function checked(entry: unknown, name: string): BaselineEntry {
  const { fingerprint, rule, file, what = '', reason = '', expires } = (entry ?? {}) as Record<string, unknown>
  if (typeof fingerprint !== 'string' || typeof rule !== 'string') {
    throw new UsageError(`${name} needs the texts "fingerprint" and "rule"`)
  }
  if (typeof what !== 'string' || typeof reason !== 'string') {
    throw new UsageError(`"what" and "reason" of ${name} must be texts`)
  }
  if (expires !== undefined && !isDay(expires)) {
    throw new UsageError(`"expires" of ${name} must be a day such as 2027-01-31`)
  }
  return {
    fingerprint,
    rule,
    ...(typeof file === 'string' && { file }),
    what,
    reason,
    ...(expires !== undefined && { expires }),
  }
}

function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false
  const time = Date.parse(value)
  return !Number.isNaN(time) && dayOf(new Date(time)) === value
}

interface Objection {
  readonly rule: string
  readonly what: string
  readonly fix: string
}

function objectionTo({ reason, expires }: BaselineEntry, today: string): Objection | undefined {
  if (reason.trim() === '') {
    return { rule: 'baseline-reason', what: 'has no reason', fix: 'mend the finding, or write why it may stay' }
  }
  return expires !== undefined && expires < today
    ? { rule: 'baseline-expired', what: `expired on ${expires}`, fix: 'mend the finding, or judge it again' }
    : undefined
}

function aboutEntry(
  { fingerprint, rule, file: place }: BaselineEntry,
  severity: ReportedFinding['severity'],
  { rule: id, what, fix }: Objection,
  file: string,
): ReportedFinding {
  const named = place === undefined ? rule : `${rule} in ${place}`
  return { rule: id, severity, what: `the entry for ${named} (${fingerprint}) ${what}`, fix, location: { file } }
}
