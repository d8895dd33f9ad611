import { cached } from '../credentials/cached.ts'
import type { CredentialsProvider } from '../credentials/credentials.ts'
import { asked, checkedCredentials, checkedPassword } from '../credentials/given.ts'
import type { RotatingSource } from '../credentials/rotation.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { Secret } from '../secret.ts'
import type { PasswordSource } from '../settings/layer.ts'
import type { Merged } from '../settings/merge.ts'
import type { Sourced } from '../settings/sourced.ts'
import { secretIn } from './secret-in.ts'

/** The source of a secret that may change while the application runs; undefined for one that cannot. */
export function rotatingSource({
  values,
  userFile,
  password,
}: Pick<Merged, 'values' | 'userFile' | 'password'>): RotatingSource | undefined {
  const ask = password && askOf(password)
  if (!ask) return undefined
  const user = () => (userFile ? secretIn(userFile).reveal() : values.user?.value)
  return {
    retires: password.value.kind !== 'function',
    async ask(request) {
      const credentials = await ask(request)
      const name = credentials.user ?? user()
      if (name === undefined) throw NO_USER
      return { ...credentials, user: name }
    },
    loginOf: (credentials) => ({ user: credentials.user ?? '', password: new Secret(credentials.password) }),
  }
}

function askOf({ value, source }: Sourced<PasswordSource>): CredentialsProvider | undefined {
  switch (value.kind) {
    case 'text':
      return undefined
    case 'file':
      return async () => ({ password: secretIn({ value: value.path, source }).reveal() })
    case 'function':
      return async ({ signal }) => ({
        password: checkedPassword(await asked(async () => value.read(), source, signal), source),
      })
    case 'provider':
      return shared(value.provide, source)
  }
}

/** One cache for all profiles that have the same provider: a primary and its replicas, several pools. */
const caches = new WeakMap<CredentialsProvider, CredentialsProvider>()

function shared(provider: CredentialsProvider, source: string): CredentialsProvider {
  const known = caches.get(provider)
  if (known) return known
  const cache = cached(async (request) =>
    checkedCredentials(await asked(() => provider(request), source, request.signal), source),
  )
  caches.set(provider, cache)
  return cache
}

const NO_USER = new CredentialsError(
  'CREDENTIALS_MISSING',
  'no user is configured, and the secret names none; set user, DB_USER or PGUSER',
  false,
)
