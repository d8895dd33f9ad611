import { bareHost, hostRefusal, isHostName } from '../addresses/host-name.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { printable } from '../text/printable.ts'
import { kindOf, propertiesOf } from '../text/record.ts'
import type { Credentials } from './credentials.ts'
import { kindOfError, withoutForeignCauses } from './foreign-error.ts'

/**
 * Calls a function of the application. Its errors may quote the secret: only their class and code are shown.
 *
 * @throws {@link CredentialsError} `CREDENTIALS_PROVIDER` if the function throws.
 */
export async function callProvider<T>(
  ask: () => Promise<T>,
  source: string,
  signal: AbortSignal,
  what = 'credentials',
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof CredentialsError) throw withoutForeignCauses(error)
    if (signal.aborted) throw signal.reason
    throw new CredentialsError(
      'CREDENTIALS_PROVIDER',
      `${source} failed to give ${what} (${kindOfError(error)}); its message is not shown, as it may quote the secret: log it there`,
      true,
    )
  }
}

/**
 * Returns the answer of a function as frozen credentials. @throws {@link CredentialsError} `CREDENTIALS_INVALID` if it
 * is none.
 */
export function validateCredentials(given: unknown, source: string): Credentials {
  if (typeof given !== 'object' || given === null) {
    throw invalid(`${source} gave ${kindOf(given)} where credentials are needed; it must give { user, password }`)
  }
  const { user, password, expiresAt, refreshAt, retired, verifiedOnly, version, host, port, database } = propertiesOf(
    given,
    [],
  ).all as Partial<Credentials>
  for (const [name, text] of Object.entries({ user, version, host, database })) {
    if (text !== undefined && (typeof text !== 'string' || text === '')) {
      throw invalid(`${source} gave a ${name} that is not a string`)
    }
    if (text?.includes('\0')) throw invalid(`${source} gave a ${name} with a zero byte in it`)
  }
  for (const [name, date] of Object.entries({ expiresAt, refreshAt })) {
    if (date !== undefined && !(date instanceof Date && date.getTime() > 0)) {
      throw invalid(`${source} gave ${name} as ${kindOf(date)}; it must be a valid Date`)
    }
  }
  if (host !== undefined && !isHostName(bareHost(host))) throw invalid(`${source} gave ${hostRefusal(host)}`)
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw invalid(`${source} gave a port that is not a number from 1 to 65535`)
  }
  if (verifiedOnly !== undefined && typeof verifiedOnly !== 'boolean') {
    throw invalid(`${source} gave verifiedOnly as ${kindOf(verifiedOnly)}; it must be true or false`)
  }
  if (retired !== undefined && !(retired instanceof AbortSignal)) {
    throw invalid(`${source} gave retired as ${kindOf(retired)}; it must be an AbortSignal`)
  }
  return Object.freeze({
    password: validatePassword(password, source),
    ...(user !== undefined && { user }),
    ...(expiresAt && { expiresAt }),
    ...(refreshAt && { refreshAt }),
    ...(retired && { retired }),
    ...(verifiedOnly && { verifiedOnly }),
    ...(version !== undefined && { version: printable(version) }),
    ...(host !== undefined && { host: bareHost(host) }),
    ...(port !== undefined && { port }),
    ...(database !== undefined && { database }),
  })
}

/**
 * Returns the answer of a function as a password. @throws {@link CredentialsError} `CREDENTIALS_INVALID` if it is none.
 */
export function validatePassword(password: unknown, source: string): string {
  if (typeof password !== 'string' || password === '') {
    const got = password === '' ? 'an empty string' : kindOf(password)
    throw invalid(`${source} gave ${got} where a password is needed; it must give the password as text`)
  }
  if (password.includes('\0')) throw invalid(`${source} gave a password with a zero byte in it`)
  return password
}

function invalid(message: string): CredentialsError {
  return new CredentialsError('CREDENTIALS_INVALID', message, false)
}
