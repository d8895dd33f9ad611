import type { ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'
import { noteRetirement } from './session-events.ts'
import { idleSiblings } from './siblings.ts'

/** Silence from which on a session is probed before it is lent, in milliseconds. */
const QUIET_MS = 1000
/** Longest wait for the answer to a probe, in milliseconds. */
const PROBE_MS = 400

const SILENT = 'the server does not answer'

/** pg's own fields. */
interface ClientOfPg extends ClientBase {
  readonly connectionParameters?: { readonly query_timeout?: unknown }
  /** False while the server owes an answer. */
  readonly readyForQuery?: boolean | null
}

/**
 * True for a client that must be probed before it is lent: its server has been silent for more than a second, or still owes
 * an answer, as after pg's `query_timeout`. False for one that has just been used, which costs nothing.
 */
export function needsProbe(client: ClientBase, now = Date.now()): boolean {
  const connection = connectionOf(client)
  if (!connection) return false
  const quietMs = now - connection.heardAt
  return quietMs > QUIET_MS || quietMs < 0 || owesAnswer(client)
}

/**
 * True if the client can be lent: the server answers a probe within 400 ms. If it is silent, the idle clients of that
 * server that have been silent for as long leave their pools as well. The caller removes the client itself. Never rejects.
 */
export async function isFit(client: ClientBase): Promise<boolean> {
  const since = connectionOf(client)?.heardAt ?? 0
  const owed = owesAnswer(client)
  const answer = await ask(client, '')
  if (answer === 'silent') noteRetirement(client, 'silent')
  if (answer === 'silent' && !owed) discardSilent(client, since)
  return Array.isArray(answer) && !connectionOf(client)?.isUnfit
}

/**
 * True for a client that was given back while its statement ran, without a limit of the application's for it: the statement
 * must not be cut off.
 */
export function isWorking(client: ClientBase): boolean {
  return owesAnswer(client) && !asked.has(client) && !(client as ClientOfPg).connectionParameters?.query_timeout
}

type Answer = readonly object[] | 'failed' | 'silent'

/** The question that each client has not answered yet. */
const asked = new WeakMap<ClientBase, Promise<Answer>>()

/** Resolves to the rows of a statement; to `failed` or, after 400 ms, to `silent`. One question at a time is sent. */
export async function ask(client: ClientBase, statement: string): Promise<Answer> {
  for (let before = asked.get(client); before; before = asked.get(client)) {
    if ((await before) === 'silent') return 'silent'
  }
  const answer = send(client, statement)
  asked.set(client, answer)
  return await answer.finally(() => asked.delete(client))
}

function send(client: ClientBase, statement: string): Promise<Answer> {
  return new Promise((resolve) => {
    // Bytes that arrived while this process was busy are read before the second turn of the event loop.
    const timer = setTimeout(() => setImmediate(() => setImmediate(resolve, 'silent')), PROBE_MS)
    client.query(statement, (error: unknown, result?: { readonly rows: readonly object[] }) => {
      clearTimeout(timer)
      resolve(error ? 'failed' : (result?.rows ?? []))
    })
  })
}

function owesAnswer(client: ClientBase): boolean {
  return (client as ClientOfPg).readyForQuery === false
}

/** The server may answer others, of which one was heard after the silent one. */
function discardSilent(silent: ClientBase, since: number): void {
  for (const { client, pool } of idleSiblings(silent)) {
    const connection = connectionOf(client)
    if (!connection || connection.heardAt > since + QUIET_MS) continue
    noteRetirement(client, 'silent')
    pool.discard(client, SILENT)
  }
}
