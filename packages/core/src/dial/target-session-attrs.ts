import type { ServerRole, WantedRole } from '../endpoints/endpoint-state.ts'
import type { MessageStream } from '../wire/message-stream.ts'
import { runQuery, type SessionStart } from './session.ts'

/** Returns the difference between a session and the wanted role, for messages; undefined if it fits. */
export async function roleMismatch(
  wanted: WantedRole,
  start: SessionStart,
  stream: MessageStream,
): Promise<string | undefined> {
  switch (wanted) {
    case 'any':
      return undefined
    case 'read-write':
      return (await isReadOnly(start, stream)) ? 'session is read-only' : undefined
    case 'read-only':
      return (await isReadOnly(start, stream)) ? undefined : 'session is not read-only'
    case 'primary':
      return (await isStandby(start, stream)) ? 'server is a standby' : undefined
    case 'standby':
      return (await isStandby(start, stream)) ? undefined : 'server is not a standby'
  }
}

/** Returns the role that the server reports by itself, as PostgreSQL 14 and newer do; undefined if it does not. */
export function reportedRole({ parameters }: SessionStart): ServerRole | undefined {
  const byDefault = parameters.get('default_transaction_read_only')
  const standby = parameters.get('in_hot_standby')
  if (byDefault === undefined || standby === undefined) return undefined
  return { isStandby: standby === 'on', isReadOnly: byDefault === 'on' || standby === 'on' }
}

/** The parameter with which the sessions of a profile for reading are read-only at any server. */
export const READ_ONLY = 'default_transaction_read_only'

/**
 * Returns the role of a server that a session for reading reports: such a session is read-only by its own demand, which says
 * nothing about the server.
 *
 * @param known The role that is known already.
 */
export function roleBesideReading(
  reported: ServerRole | undefined,
  known: ServerRole | undefined,
): ServerRole | undefined {
  if (!reported || reported.isStandby) return reported
  return known && !known.isStandby ? known : { isStandby: false, isReadOnly: false }
}

/** PostgreSQL 14 and newer report both parameters; older servers, and poolers, are queried. */
async function isReadOnly(start: SessionStart, stream: MessageStream): Promise<boolean> {
  const role = reportedRole(start)
  if (role) return role.isReadOnly
  return (await runQuery(stream, 'SHOW transaction_read_only'))[0]?.[0] === 'on'
}

async function isStandby(start: SessionStart, stream: MessageStream): Promise<boolean> {
  const reported = start.parameters.get('in_hot_standby')
  if (reported !== undefined) return reported === 'on'
  return (await runQuery(stream, 'SELECT pg_catalog.pg_is_in_recovery()'))[0]?.[0] === 't'
}
