import { randomUUID } from 'node:crypto'
import type { Credentials, CredentialsRequest } from '../credentials/credentials.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import type { Merged } from '../merge/merge.ts'
import type { LoginCredentials } from '../rotation/current-credentials.ts'
import { passfileSource } from './passfile-source.ts'
import { noUser, userOf } from './user.ts'

/** Placeholder for the answer of a login function that returned no password: a random value, which is no user's password. */
export const LEFT_TO_OTHERS: Credentials = { password: randomUUID() }

/** True for {@link LEFT_TO_OTHERS}. */
export function isLeftToOthers({ password }: Credentials): boolean {
  return password === LEFT_TO_OTHERS.password
}

/** Returns the credentials for a login function that returned no password: a line of the password file, else no password. */
export async function otherwise(
  merged: Pick<Merged, 'values' | 'userFile'>,
  request: CredentialsRequest,
): Promise<LoginCredentials> {
  const { passfile } = merged.values
  if (passfile) return await passfileSource(passfile, merged).fetch(request)
  const user = userOf(merged)
  if (user === undefined) throw noUser()
  return { user, password: '' }
}

/**
 * Refuses credentials for another server than the configured one: the password of one server must not be sent to another.
 *
 * @throws {@link CredentialsError} `CREDENTIALS_INVALID`
 */
export function refuseElsewhere(credentials: Credentials, source: string, { values }: Pick<Merged, 'values'>): void {
  const place = { host: values.host ?? values.hostaddr, port: values.port, database: values.database }
  for (const name of ['host', 'port', 'database'] as const) {
    const [given, configured] = [credentials[name], place[name]]
    if (given === undefined || configured === undefined || String(given) === configured.value) continue
    const message = `${source} gave another ${name} than ${name}=${configured.value} (from ${configured.source}); remove one`
    throw new CredentialsError('CREDENTIALS_INVALID', message, false)
  }
}
