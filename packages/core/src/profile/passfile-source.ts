import { CredentialsError } from '../errors/credentials-error.ts'
import { warnOnce } from '../events/warnings.ts'
import type { Merged } from '../merge/merge.ts'
import type { CredentialsSource } from '../rotation/current-credentials.ts'
import { passwordFromPassfile } from '../sources/passfile.ts'
import { printable } from '../text/printable.ts'
import type { Sourced } from '../text/sourced.ts'
import { noUser, userOf } from './user.ts'

/** libpq's password file as a source, if no password is configured: it is read for each connection, and has a line for each host. */
export function passfileSource(
  passfile: Sourced,
  merged: Pick<Merged, 'values' | 'userFile' | 'warnings'>,
): CredentialsSource {
  const name = passfileName(passfile)
  return {
    name,
    perServer: true,
    retires: true,
    async fetch({ server, rejected = [] }) {
      const user = userOf(merged)
      if (user === undefined) throw noUser()
      const { host = '', port = '' } = server ?? {}
      const database = merged.values.database?.value ?? user
      const { password, warning } = passwordFromPassfile(passfile.value, { host, port, database, user })
      if (warning) warnOnce('VERIFULL_PASSFILE', warning, merged)
      if (!password && rejected.length > 0) throw lineGone(name)
      // Without a line no password is sent: a server with `trust` or `cert` authentication requests none.
      return { user, password: password?.reveal() ?? '' }
    },
  }
}

/** Name of the password file in messages. */
export function passfileName({ value, source }: Sourced): string {
  return `the password file ${printable(value)} (from ${source})`
}

function lineGone(name: string): CredentialsError {
  const message = `${name} has no line any more for this host, port, database and user; put it back`
  return new CredentialsError('CREDENTIALS_MISSING', message, true)
}
