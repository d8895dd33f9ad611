import type { Login } from '../auth/authenticate.ts'
import type { Credentials } from '../credentials/credentials.ts'
import { abortable } from '../dial/deadline.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { Secret } from '../secret.ts'
import type { Endpoint } from '../settings/hosts.ts'
import type { PasswordSource } from '../settings/layer.ts'
import type { Merged } from '../settings/merge.ts'
import { kindOf } from '../settings/option-text.ts'
import { type PassfileKey, passwordFromPassfile } from '../settings/passfile.ts'
import { readSecret } from '../settings/read-file.ts'
import type { Sourced } from '../settings/sourced.ts'
import { fileNamed } from '../settings/wording.ts'

/**
 * Gives the function that a profile asks who logs in, once for each connection and host.
 *
 * What may change is read anew: a file, a function, a provider, the password file. User and password of a provider are
 * one value.
 */
export function loginOf({
  values,
  userFile,
  password,
}: Pick<Merged, 'values' | 'userFile' | 'password'>): (endpoint: Endpoint, signal: AbortSignal) => Promise<Login> {
  return async (endpoint, signal) => {
    const given = password && (await credentialsOf(password, signal))
    const user = given?.user ?? (userFile ? secretIn(userFile).reveal() : values.user?.value)
    if (user === undefined)
      throw new CredentialsError('CREDENTIALS_MISSING', 'no user is configured; set user, DB_USER or PGUSER', false)
    const database = values.database?.value ?? user
    return {
      user,
      password:
        given?.password ?? inPassfile(values.passfile, { host: endpoint.host, port: endpoint.port, database, user }),
    }
  }
}

/** Where no password is configured, libpq's password file may have one for this host. */
function inPassfile(passfile: Sourced | undefined, key: PassfileKey): Secret | undefined {
  if (!passfile) return undefined
  const { password, warning } = passwordFromPassfile(passfile.value, key)
  if (warning) process.emitWarning(warning, { code: 'VERIFULL_PASSFILE' })
  return password
}

async function credentialsOf(
  { value, source }: Sourced<PasswordSource>,
  signal: AbortSignal,
): Promise<Login | { user?: never; password: Secret }> {
  switch (value.kind) {
    case 'text':
      return { password: value.password }
    case 'file':
      return { password: secretIn({ value: value.path, source }) }
    case 'function':
      return { password: passwordIn(await asked(async () => value.read(), source, signal), source) }
    case 'provider':
      return credentialsIn(await asked(() => value.provide({ signal }), source, signal), source)
  }
}

async function asked<T>(ask: () => Promise<T>, source: string, signal: AbortSignal): Promise<T> {
  try {
    return await abortable(Promise.resolve().then(ask), signal)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    // The provider's error may quote what it was reading: only its class and code are shown.
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

function passwordIn(password: unknown, source: string): Secret {
  if (typeof password === 'string' && password !== '') return new Secret(password)
  const got = password === '' ? 'an empty string' : kindOf(password)
  throw new CredentialsError(
    'CREDENTIALS_INVALID',
    `${source} gave ${got} where a password is needed; it must give a string`,
    false,
  )
}

function credentialsIn(credentials: Credentials, source: string): Login | { user?: never; password: Secret } {
  if (typeof credentials !== 'object' || credentials === null) {
    throw new CredentialsError(
      'CREDENTIALS_INVALID',
      `${source} gave ${kindOf(credentials)} where credentials are needed; it must give { user, password }`,
      false,
    )
  }
  const password = passwordIn(credentials.password, source)
  if (credentials.user === undefined) return { password }
  if (typeof credentials.user === 'string' && credentials.user !== '') return { user: credentials.user, password }
  throw new CredentialsError('CREDENTIALS_INVALID', `${source} gave a user that is not a string`, false)
}

function secretIn({ value: path, source }: Sourced): Secret {
  const read = readSecret(path)
  if ('value' in read) return read.value
  throw new CredentialsError('CREDENTIALS_PROVIDER', `${fileNamed(path, source)} ${read.reason}`, true)
}
