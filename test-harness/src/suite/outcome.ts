import type { DifferenceId } from './differences.ts'
import type { RefusalReason } from './refusal.ts'

/** A session exists, and this is how the server sees it. */
export interface Established {
  readonly outcome: 'plain' | 'tls'
  /** TCP connections that the client opened to get it; absent where nobody can count them. */
  readonly connections?: number
}

/** No session. */
export interface Refused {
  /** The deciding reason, or each that a client may rightly name. */
  readonly refused: RefusalReason | readonly RefusalReason[]
  /** What an attempt before the last was refused for; naming this one is right too. */
  readonly earlier?: RefusalReason
  /** TCP connections that the client opened; absent where it does not matter. */
  readonly connections?: number
}

/** What becomes of one connect. */
export type Outcome = Established | Refused

/** Where Verifull may be stricter than libpq, and by which listed difference. */
export interface Stricter {
  readonly outcome: Outcome
  readonly because: DifferenceId
}

/** What must become of a cell: libpq's outcome, and where listed the stricter one. */
export interface Expected {
  readonly libpq: Outcome
  /** What libpq does instead where it is linked with another OpenSSL. */
  readonly orLibpq?: Outcome
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

/** libpq's outcome, with the stricter one that `because` allows. */
export function orStricter(libpq: Outcome, outcome: Outcome, because: DifferenceId): Expected {
  return { libpq, stricter: { outcome, because } }
}

/** `tls in 1 connection`, `refused (verify, after hba) in 2 connections`: an outcome as a report says it. */
export function describeOutcome(outcome: Outcome): string {
  const connections =
    outcome.connections === undefined
      ? ''
      : ` in ${outcome.connections} connection${outcome.connections === 1 ? '' : 's'}`
  if ('outcome' in outcome) return `${outcome.outcome}${connections}`
  const reasons = [outcome.refused].flat().join(' or ')
  return `refused (${reasons}${outcome.earlier === undefined ? '' : `, after ${outcome.earlier}`})${connections}`
}
