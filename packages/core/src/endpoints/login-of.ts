import type { Profile } from '../profile/profile.ts'

/**
 * Returns what tells logins apart: user, database and the run-time parameters that decide whether a session can write. A server
 * may have room for some and not for others, and a pooler leads each database to a server of its own.
 *
 * @param user Default: the one of the settings.
 */
export function loginOf({ database = '', startup, user: configured = '' }: Profile, user = configured): string {
  const { options = '', default_transaction_read_only: isReadOnly = '' } = startup
  return JSON.stringify([user, database, options, isReadOnly])
}
