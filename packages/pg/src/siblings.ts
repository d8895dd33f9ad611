import type { ClientBase } from 'pg'
import type { PoolProtocol } from './pool-protocol.ts'

/** A session, and the protocol of the pool that may have it. */
export interface Sibling {
  readonly client: ClientBase
  readonly pool: PoolProtocol
  /** Asks the session for its state after another has said that the server is of no use; resolves when that is decided. */
  askAgain(reason: string): Promise<void>
}

/** The sessions of one server, of all pools of the process. */
interface Sessions {
  readonly open: Set<Sibling>
  isAsking: boolean
  /** Reason that arrived while the sessions were being asked. */
  next?: string
}

const byServer = new WeakMap<object, Sessions>()
const serverOf = new WeakMap<ClientBase, Sessions>()

/**
 * Remembers a session until it is forgotten by the returned function.
 *
 * @param server {@link Dialed.server}
 */
export function rememberSibling(server: object, sibling: Sibling): () => void {
  const sessions = byServer.get(server) ?? { open: new Set(), isAsking: false }
  byServer.set(server, sessions)
  serverOf.set(sibling.client, sessions)
  sessions.open.add(sibling)
  return () => sessions.open.delete(sibling)
}

/** Returns the other sessions of the client's server that are idle in a pool, whichever it is. */
export function idleSiblings(client: ClientBase): readonly Sibling[] {
  return [...(serverOf.get(client)?.open ?? [])].filter((one) => one.client !== client && isIdle(one))
}

/**
 * Asks every idle session of the client's server once. Sessions of a server that goes down say so one after another: all that
 * say it during one round begin one further round.
 */
export async function askSiblings(client: ClientBase, reason: string): Promise<void> {
  const sessions = serverOf.get(client)
  if (!sessions) return
  sessions.next = reason
  if (sessions.isAsking) return
  sessions.isAsking = true
  while (sessions.next !== undefined) {
    const told = sessions.next
    delete sessions.next
    await Promise.all([...sessions.open].filter(isIdle).map((one) => one.askAgain(told)))
  }
  sessions.isAsking = false
}

function isIdle({ client, pool }: Sibling): boolean {
  return pool.isLent(client) === false
}
