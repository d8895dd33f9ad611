import type { Actual } from './actual.ts'
import type { Cell } from './cell.ts'
import type { DifferenceId } from './differences.ts'
import { describeOutcome, type Outcome } from './outcome.ts'

/**
 * How a client's outcome compares with libpq's: `equal`, `stricter` as the cell lists it, `weaker` (a session where libpq
 * has none, or in plaintext where libpq has TLS), `different` otherwise; `failed` where the suite itself could not tell,
 * `unsupported` where the adapter does not declare what the cell needs.
 */
export type Verdict = 'equal' | 'stricter' | 'weaker' | 'different' | 'failed' | 'unsupported'

/** A verdict with what it rests on. */
export interface Judgement {
  readonly verdict: Verdict
  readonly expected: string
  readonly because?: DifferenceId
}

/** Who is judged. */
export interface Judged {
  readonly serverMajor: number
  /** Set for libpq itself, whose outcomes must be as the data says to the connection. */
  readonly isLibpq: boolean
}

/** Compares an outcome with libpq's. */
export function judge(cell: Cell, actual: Actual, judged: Judged): Judgement {
  const libpq = libpqOutcome(cell, judged)
  const expected = describeOutcome(libpq)
  if (matches(actual, libpq, judged.isLibpq) && saysAsExpected(cell, actual) && seenAsExpected(cell, actual)) {
    return { verdict: 'equal', expected }
  }
  const { stricter, orLibpq } = cell
  if (judged.isLibpq) {
    const asBuilt = orLibpq !== undefined && matches(actual, orLibpq, true)
    return { verdict: asBuilt ? 'equal' : 'different', expected }
  }
  if (stricter !== undefined && matches(actual, stricter.outcome, false)) {
    return { verdict: 'stricter', expected, because: stricter.because }
  }
  return { verdict: isWeaker(actual, libpq) ? 'weaker' : 'different', expected }
}

function libpqOutcome({ sinceServer, libpq }: Cell, { serverMajor }: Judged): Outcome {
  return sinceServer !== undefined && serverMajor < sinceServer.version ? sinceServer.before : libpq
}

function matches(actual: Actual, expected: Outcome, exact: boolean): boolean {
  return connectionsMatch(actual, expected, exact) && (exact ? isExactly : isLike)(actual, expected)
}

/** Fewer connections than libpq are as good; more would tell an attacker more. */
function connectionsMatch({ connections }: Actual, expected: Outcome, exact: boolean): boolean {
  if (expected.connections === undefined || connections === undefined) return true
  return exact ? connections === expected.connections : connections <= expected.connections
}

function isLike(actual: Actual, expected: Outcome): boolean {
  if ('outcome' in actual) return 'outcome' in expected && actual.outcome === expected.outcome
  if ('outcome' in expected) return false
  return [expected.refused, expected.earlier ?? []].flat().includes(actual.refused)
}

function isExactly(actual: Actual, expected: Outcome): boolean {
  if ('outcome' in actual || 'outcome' in expected) return isLike(actual, expected)
  return [expected.refused].flat().includes(actual.refused) && actual.earlier?.[0] === expected.earlier
}

function saysAsExpected({ says }: Cell, actual: Actual): boolean {
  return says === undefined || says.join('\n') === actual.says.join('\n')
}

function seenAsExpected({ seen = {} }: Cell, actual: Actual): boolean {
  return !('outcome' in actual) || Object.entries(seen).every(([name, value]) => actual.seen[name] === value)
}

function isWeaker(actual: Actual, libpq: Outcome): boolean {
  if (!('outcome' in actual)) return false
  return !('outcome' in libpq) || (libpq.outcome === 'tls' && actual.outcome === 'plain')
}
