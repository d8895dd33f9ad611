import type { DifferenceId } from './differences.ts'
import type { RefusalReason } from './refusal.ts'

/** A session as the server sees it. */
export interface Established {
  /** Transport of the session. */
  readonly outcome: 'plain' | 'tls'
  /** TCP connections that the client opened for it; absent if not counted. */
  readonly connections?: number
}

/** No session. */
export interface Refused {
  /** The decisive reason, or all reasons that a client may rightly give. */
  readonly refused: RefusalReason | readonly RefusalReason[]
  /** Reason of an earlier attempt, which a client may give instead. Default: none. */
  readonly earlier?: RefusalReason
  /** TCP connections that the client opened; absent if irrelevant. */
  readonly connections?: number
}

/** The outcome of one connect. */
export type Outcome = Established | Refused

/** A stricter outcome of Verifull, and the listed difference that allows it. */
export interface Stricter {
  /** The stricter outcome. */
  readonly outcome: Outcome
  /** The difference. */
  readonly because: DifferenceId
}

/** The expected outcome: libpq's, and the stricter one if listed. */
export interface Expected {
  /** libpq's outcome. */
  readonly libpq: Outcome
  /** libpq's outcome with another OpenSSL. Default: the same. */
  readonly orLibpq?: Outcome
  /** The stricter outcome. Default: none. */
  readonly stricter?: Stricter
}

export const PLAIN: Established = { outcome: 'plain', connections: 1 }
export const PLAIN_SECOND: Established = { outcome: 'plain', connections: 2 }
export const TLS: Established = { outcome: 'tls', connections: 1 }
export const TLS_SECOND: Established = { outcome: 'tls', connections: 2 }

/** Refused on the first connection. */
export function refused(reason: RefusalReason | readonly RefusalReason[], connections = 1): Refused {
  return { refused: reason, connections }
}

/** Refused on the second connection, after the first was refused for `earlier`. */
export function refusedTwice(earlier: RefusalReason, reason: RefusalReason): Refused {
  return { refused: reason, earlier, connections: 2 }
}

/** Refused before anything was sent. */
export const CONFIG: Refused = { refused: 'config', connections: 0 }

/** libpq's outcome, with a stricter one that `because` allows. */
export function orStricter(libpq: Outcome, outcome: Outcome, because: DifferenceId): Expected {
  return { libpq, stricter: { outcome, because } }
}

/** An outcome as reports show it: `tls in 1 connection`, `refused (verify, after hba) in 2 connections`. */
export function describeOutcome(outcome: Outcome): string {
  const connections =
    outcome.connections === undefined
      ? ''
      : ` in ${outcome.connections} connection${outcome.connections === 1 ? '' : 's'}`
  if ('outcome' in outcome) return `${outcome.outcome}${connections}`
  const reasons = [outcome.refused].flat().join(' or ')
  return `refused (${reasons}${outcome.earlier === undefined ? '' : `, after ${outcome.earlier}`})${connections}`
}
