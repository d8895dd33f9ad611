import { dialUnjudged } from '../dial/dial.ts'
import type { Dialed } from '../dial/dialed.ts'
import { endpointAt } from '../dial/endpoint-at.ts'
import { network } from '../dial/network.ts'
import { withDeadline } from '../time/deadline.ts'
import { askSession } from './ask-session.ts'

/** Longest time between the start of a server process and the end of its login, in seconds, and the difference of two clocks. */
const [LOGIN_S, CLOCKS_S] = [60, 2]

/** A server process, as `pg_stat_activity` shows it. */
interface Process {
  readonly pid: number
  /** Time since its start, in seconds. */
  readonly age: number
}

/**
 * Asks the server at the address of a session which of these sessions it has nothing to do for, and for
 * `quietMs`: their statement never arrived, or its answer never will. It asks over a connection of its own.
 *
 * Only what is certain counts. A process is that of a session by its number, its user, its database and its age; behind a
 * pooler, whose numbers are its own, none is. Empty where the server gives no connection or does not answer. Never rejects.
 *
 * @param sessions Sessions of one user to one database at one address.
 * @param quietMs Limit of the question as well, in milliseconds.
 */
export async function finishedSessions(sessions: readonly Dialed[], quietMs: number): Promise<ReadonlySet<Dialed>> {
  const [first] = sessions
  const endpoint = first && endpointAt(first.profile, first.attestation)
  if (!endpoint) return new Set()
  const { address, user } = first.attestation
  const database = first.profile.database
  // A network of its own has states of its own: the breaker of the pools neither stops it nor hears of it.
  const pinned = { ...network, resolve: async () => [address] }
  const profile = {
    ...first.profile,
    endpoints: [endpoint],
    targetSessionAttrs: 'any',
    ...{ failoverTimeoutMs: 0, connectTimeoutMs: 0, deadlineMs: quietMs },
    ...(database !== undefined && { database }),
  } as const
  try {
    return await withDeadline(
      quietMs,
      () => new Error('late'),
      undefined,
      async (bounded) => {
        const side = await dialUnjudged([profile], { application_name: 'verifull' }, bounded, pinned)
        try {
          if (side.attestation.user !== user) return new Set()
          return matching(sessions, await askSession(side, statementFor(sessions, quietMs), bounded), side)
        } finally {
          side.socket.destroy()
        }
      },
    )
  } catch {
    return new Set()
  }
}

/** The statement reads what every role may read of its own sessions. */
function statementFor(sessions: readonly Dialed[], quietMs: number): string {
  const pids = sessions.flatMap(({ backendKey }) => backendKey?.processId ?? []).map(Number)
  return `
SELECT pg_catalog.json_build_object('self', pg_catalog.pg_backend_pid(), 'idle', ARRAY(
  SELECT pg_catalog.json_build_object('pid', pid, 'age', extract(epoch FROM pg_catalog.clock_timestamp() - backend_start))
    FROM pg_catalog.pg_stat_activity
   WHERE pid = ANY ('{${pids}}'::int[]) AND usename = session_user AND datname = pg_catalog.current_database()
     AND state LIKE 'idle%' AND state_change < pg_catalog.clock_timestamp() - interval '${quietMs} ms'))`
}

function matching(sessions: readonly Dialed[], answer: string | undefined, side: Dialed): ReadonlySet<Dialed> {
  const { self, idle } = JSON.parse(answer ?? '{}') as { readonly self?: number; readonly idle?: readonly Process[] }
  if (self === undefined || self !== side.backendKey?.processId) return new Set()
  return new Set(
    sessions.filter(({ backendKey, attestation }) => {
      const process = idle?.find(({ pid }) => pid === backendKey?.processId)
      const older = process && process.age - (Date.now() - attestation.establishedAt.getTime()) / 1000
      return older !== undefined && older > -CLOCKS_S && older < LOGIN_S
    }),
  )
}
