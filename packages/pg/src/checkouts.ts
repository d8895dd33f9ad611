import type { Checkout, PoolCounts } from '@verifull/core'
import type { ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'

/** pg's own fields; the state of the transaction is there since 8.20. */
interface ClientOfPg extends ClientBase {
  /** False while the server owes an answer. */
  readonly readyForQuery?: boolean | null
  readonly _txStatus?: string | null
}

/** The states of a session that is between two statements, by the letter of ReadyForQuery. */
const STATES: Readonly<Record<string, Checkout['state']>> = {
  T: 'idle in transaction',
  E: 'idle in failed transaction',
}

/** Connections that a message lists. */
const LISTED = 3

/** Returns the facts of lent clients, the oldest checkout first. */
export function checkoutsOf(clients: readonly ClientBase[]): readonly Checkout[] {
  return clients.map(checkoutOf).sort((one, other) => other.ageMs - one.ageMs)
}

function checkoutOf(client: ClientOfPg): Checkout {
  const { lentAt = 0, lentBy } = connectionOf(client) ?? {}
  const state = client.readyForQuery === false ? 'running' : (STATES[client._txStatus ?? ''] ?? 'idle')
  return { ageMs: lentAt ? Math.max(0, Date.now() - lentAt) : 0, state, ...(lentBy !== undefined && { stack: lentBy }) }
}

/** Returns who has the connections of a pool, in words: `10 of 10 are lent, 37 checkouts wait; lent for 4 min 12 s (running) …`. */
export function heldBy({ active, waiting, max, total, idle }: PoolCounts, checkouts: readonly Checkout[]): string {
  const made = total - idle - active
  const counts = [
    `${active} of ${max} connections are lent`,
    ...(made > 0 ? [`${made} are being made`] : []),
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'checkout waits' : 'checkouts wait'}`] : []),
  ].join(', ')
  const listed = checkouts.slice(0, LISTED).map(({ ageMs, state }) => `${plainly(ageMs)} (${state})`)
  const more = checkouts.length > LISTED ? ` and ${checkouts.length - LISTED} for less` : ''
  const held = listed.length > 0 ? `; lent for ${listed.join(', ')}${more}` : ''
  const [{ stack } = {}] = checkouts
  return `${counts}${held}${stack === undefined ? '' : `; the oldest was lent${stack}`}`
}

/** `4 min 12 s`, `15 s`, `0.3 s`. */
export function plainly(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** Returns the stack of this call's callers, as lines below a message. */
export function stackHere(below: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, below)
  return `\n${(holder.stack ?? '').split('\n').slice(1).join('\n')}`
}
