import { abortable } from '../dial/deadline.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { kindOf } from '../settings/option-text.ts'
import type { Credentials } from './credentials.ts'

/** Asks somebody else's function; what it throws may quote the secret, so only its class and code are shown. */
export async function asked<T>(ask: () => Promise<T>, source: string, signal: AbortSignal): Promise<T> {
  try {
    return await abortable(Promise.resolve().then(ask), signal)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof CredentialsError) throw error
    const { name, code } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
    const words = [wordOf(name, /^\w{0,60}(Error|Exception)$/), wordOf(code, /^[A-Z][A-Z0-9_]{1,39}$/)]
    const kind = words.filter((word) => word !== undefined).join(' ') || kindOf(error)
    throw new CredentialsError(
      'CREDENTIALS_PROVIDER',
      `${source} failed to give credentials (${kind}); its message is not shown, as it may quote the secret: log it there`,
      true,
    )
  }
}

/** Only what looks like the name of a class or a code: anything else may be a piece of what was read. */
function wordOf(text: unknown, pattern: RegExp): string | undefined {
  return typeof text === 'string' && pattern.test(text) ? text : undefined
}

/** The credentials that a function gave, if they are any. */
export function checkedCredentials(given: unknown, source: string): Credentials {
  if (typeof given !== 'object' || given === null) {
    throw invalid(`${source} gave ${kindOf(given)} where credentials are needed; it must give { user, password }`)
  }
  const { user, password, expiresAt, refreshAt } = given as Partial<Credentials>
  checkedPassword(password, source)
  if (user !== undefined && (typeof user !== 'string' || user === '')) {
    throw invalid(`${source} gave a user that is not a string`)
  }
  for (const [name, date] of Object.entries({ expiresAt, refreshAt })) {
    if (date !== undefined && !(date instanceof Date && date.getTime() > 0)) {
      throw invalid(`${source} gave ${name} as ${kindOf(date)}; it must be a valid Date`)
    }
  }
  return given as Credentials
}

/** The password that a function gave, if it is one. */
export function checkedPassword(password: unknown, source: string): string {
  if (typeof password === 'string' && password !== '') return password
  const got = password === '' ? 'an empty string' : kindOf(password)
  throw invalid(`${source} gave ${got} where a password is needed; it must give a string`)
}

function invalid(message: string): CredentialsError {
  return new CredentialsError('CREDENTIALS_INVALID', message, false)
}
