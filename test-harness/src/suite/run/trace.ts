import type { ConnectionSeen, PostgresServer } from '../../postgres/server.ts'
import type { TraceEvent } from '../result.ts'

/** A connection to a real server, by the address that its log tells: what the log says of it is asked for later. */
export interface Logged {
  readonly server: PostgresServer
  readonly remote: string
}

/** One connection of a client, as whoever answered it knows it. */
export interface Heard {
  /** What the client said to get in. */
  readonly says: string
  /** What a hostile server saw, or where the log of a real one tells. */
  readonly seen: string | Logged | undefined
}

/** What is noted while a cell runs: events, and connections that a log tells of. */
export type Note = TraceEvent | Logged

/** The notes of each connection: what the client said, and what the server saw. */
export function notesOf(connections: readonly Heard[]): readonly Note[] {
  return connections.flatMap(({ says, seen }, at): readonly Note[] => {
    const said: Note = { by: 'client', text: `connection ${at + 1}: ${says || 'says nothing'}` }
    if (seen === undefined) return [said]
    return [said, typeof seen === 'string' ? { by: 'server', text: seen } : seen]
  })
}

/** What the logs tell, by server and address; an address that was used twice tells nothing for certain. */
export type Logs = ReadonlyMap<PostgresServer, readonly ConnectionSeen[]>

/** The notes as events: each logged connection becomes what the log says of it, or nothing. */
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
