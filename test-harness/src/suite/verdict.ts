import type { Actual } from './actual.ts'
import type { Cell } from './cell.ts'
import type { DifferenceId } from './differences.ts'
import { describeOutcome, type Outcome } from './outcome.ts'

/**
 * Comparison of a client's outcome with libpq's: `equal`, `stricter` as the cell lists it, `weaker` (a session where
 * libpq has none, or in plaintext where libpq has TLS), else `different`; `failed` if the suite could not decide,
 * `unsupported` if the adapter does not declare a needed capability.
 */
export type Verdict = 'equal' | 'stricter' | 'weaker' | 'different' | 'failed' | 'unsupported'

/** A verdict with its basis. */
export interface Judgement {
  /** The verdict. */
  readonly verdict: Verdict
  /** libpq's outcome as text. */
  readonly expected: string
  /** The difference that allows a stricter outcome; absent otherwise. */
  readonly because?: DifferenceId
}

/** The conditions of a comparison. */
export interface Judged {
  /** Major version of the server. */
  readonly serverMajor: number
  /** True for libpq itself, whose number of connections must match exactly. */
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

/** Fewer connections than libpq's are equal; more would disclose more to an attacker. */
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
