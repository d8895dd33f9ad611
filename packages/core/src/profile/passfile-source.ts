import { CredentialsError } from '../errors/credentials-error.ts'
import { warnOnce } from '../events/warnings.ts'
import type { Merged } from '../merge/merge.ts'
import type { CredentialsSource } from '../rotation/current-credentials.ts'
import { passwordFromPassfile } from '../sources/passfile.ts'
import { printable } from '../text/printable.ts'
import type { Sourced } from '../text/sourced.ts'
import { noUser, userOf } from './user.ts'

/** libpq's password file, where no password is configured: it is read for each connection, and may have one for its host. */
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
      // Empty: none is sent, as servers that trust us, or want a certificate, ask for none.
      return { user, password: password?.reveal() ?? '' }
    },
  }
}

/** How messages call it. */
export function passfileName({ value, source }: Sourced): string {
  return `the password file ${printable(value)} (from ${source})`
}

function lineGone(name: string): CredentialsError {
  const message = `${name} has no line any more for this host, port, database and user; put it back`
  return new CredentialsError('CREDENTIALS_MISSING', message, true)
}
