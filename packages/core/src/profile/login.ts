import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import type { Login } from '../auth/authenticate.ts'
import type { Credentials } from '../credentials/credentials.ts'
import { abortable } from '../dial/deadline.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { Secret } from '../secret.ts'
import type { Endpoint } from '../settings/hosts.ts'
import type { PasswordSource } from '../settings/layer.ts'
import type { Merged } from '../settings/merge.ts'
import type { Sourced } from '../settings/sourced.ts'

/** Looks a password up for one host and user, as `~/.pgpass` has one line for each. */
export type PassfileLookup = (endpoint: Endpoint, database: string, user: string) => Secret | undefined

/**
 * Gives the function that a profile asks who logs in, once for each connection and host.
 *
 * What may change is read anew: a file, a function, a provider. User and password of a provider are one value.
 */
export function loginOf(
  { values, userFile, password }: Pick<Merged, 'values' | 'userFile' | 'password'>,
  passfile: PassfileLookup,
): (endpoint: Endpoint, signal: AbortSignal) => Promise<Login> {
  return async (endpoint, signal) => {
    const given = password && (await credentialsOf(password, signal))
    const configured = userFile ? withoutNewline(await readSecretFile(userFile)) : values.user?.value
    const user = given?.user ?? configured ?? userInfo().username
    return { user, password: given?.password ?? passfile(endpoint, values.database?.value ?? user, user) }
  }
}

async function credentialsOf(
  { value, source }: Sourced<PasswordSource>,
  signal: AbortSignal,
): Promise<Login | { user?: never; password: Secret }> {
  switch (value.kind) {
    case 'text':
      return { password: value.password }
    case 'file':
      return { password: new Secret(withoutNewline(await readSecretFile({ value: value.path, source }))) }
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
    const kind = [name, code].filter(Boolean).join(' ') || typeof error
    throw new CredentialsError('CREDENTIALS_PROVIDER', `${source} failed to give credentials (${kind})`, true)
  }
}

function passwordIn(password: unknown, source: string): Secret {
  if (typeof password === 'string' && password !== '') return new Secret(password)
  const got = password === '' ? 'an empty string' : password === null ? 'null' : typeof password
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
      `${source} gave ${typeof credentials} where credentials are needed; it must give { user, password }`,
      false,
    )
  }
  const password = passwordIn(credentials.password, source)
  if (credentials.user === undefined) return { password }
  if (typeof credentials.user === 'string' && credentials.user !== '') return { user: credentials.user, password }
  throw new CredentialsError('CREDENTIALS_INVALID', `${source} gave a user that is not a string`, false)
}

async function readSecretFile({ value: path, source }: Sourced): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CredentialsError(
      'CREDENTIALS_PROVIDER',
      `cannot read the file ${path} (from ${source}): ${code}`,
      true,
      error,
    )
  }
}

/** Editors and `echo` end a file with a newline that is no part of the secret. */
function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, '')
}
