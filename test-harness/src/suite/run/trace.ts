import type { ConnectionSeen, PostgresServer } from '../../postgres/server.ts'
import type { TraceEvent } from '../result.ts'

/** A connection to a real server by the client's address in its log, which is read later. */
export interface Logged {
  readonly server: PostgresServer
  readonly remote: string
}

/** One connection of a client, as its server recorded it. */
export interface Heard {
  /** The client's messages up to the login. */
  readonly says: string
  /** The record of a hostile server, or the connection in the log of a real one. */
  readonly seen: string | Logged | undefined
}

/** Record of a running cell: events, and connections to look up in a log. */
export type Note = TraceEvent | Logged

/** The notes of each connection: the client's messages, and the server's record. */
export function notesOf(connections: readonly Heard[]): readonly Note[] {
  return connections.flatMap(({ says, seen }, at): readonly Note[] => {
    const said: Note = { by: 'client', text: `connection ${at + 1}: ${says || 'says nothing'}` }
    if (seen === undefined) return [said]
    return [said, typeof seen === 'string' ? { by: 'server', text: seen } : seen]
  })
}

/** The connections in the logs, by server; an address that was used twice is ambiguous. */
export type Logs = ReadonlyMap<PostgresServer, readonly ConnectionSeen[]>

/** The notes as events: each logged connection becomes its log entry, or nothing. */
export function eventsOf(notes: readonly Note[], logs: Logs): readonly TraceEvent[] {
  return notes.flatMap((note): readonly TraceEvent[] => {
    if ('by' in note) return [note]
    const [seen, another] = (logs.get(note.server) ?? []).filter(({ remote }) => remote === note.remote)
    return seen === undefined || another !== undefined ? [] : [{ by: 'server', text: describeSeen(seen) }]
  })
}

/** `scram-sha-256, authorized as scram_user on app, TLSv1.3 TLS_AES_256_GCM_SHA384`. */
export function describeSeen({ method, authorized, refused }: ConnectionSeen): string {
  const tls = authorized?.tls
  const session =
    authorized === undefined
      ? []
      : [`authorized as ${authorized.user} on ${authorized.database}`, tls ? `${tls.protocol} ${tls.cipher}` : 'no TLS']
  const end = refused === undefined ? [] : [`refused with ${refused.code}: ${refused.message}`]
  const facts = [method ?? [], session, end].flat()
  return `log: ${facts.join(', ') || 'a connection that got no session'}`
}
