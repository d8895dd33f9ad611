import { cached } from '../credentials/cached.ts'
import type { CredentialsProvider } from '../credentials/credentials.ts'
import { asked, checkedCredentials, checkedPassword } from '../credentials/given.ts'
import { asPerServerAs, isPerServer } from '../credentials/per-server.ts'
import type { RotatingSource } from '../credentials/rotation.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { Secret } from '../secret.ts'
import type { PasswordSource } from '../settings/layer.ts'
import type { Merged } from '../settings/merge.ts'
import type { Sourced } from '../settings/sourced.ts'
import { secretIn } from './secret-in.ts'

/** The settings that say who logs in. */
export type WhoAndHow = Pick<Merged, 'values' | 'userFile' | 'password'>

/** A secret that may change while the application runs. */
export interface SourceAnywhere {
  /** True where each server has a secret of its own. */
  readonly perServer: boolean
  at(server: { host: string; port: number }): RotatingSource
}

/** The source of a secret that may change while the application runs; undefined for one that cannot. */
export function rotatingSource({ values, userFile, password }: WhoAndHow): SourceAnywhere | undefined {
  if (!password || password.value.kind === 'text') return undefined
  const { value } = password
  const userName = () => (userFile ? secretIn(userFile).reveal() : values.user?.value)
  return {
    perServer: value.kind === 'provider' && isPerServer(value.provide),
    at(server) {
      const ask = askOf(password)
      return {
        retires: value.kind !== 'function',
        async ask(request) {
          const user = userName()
          const credentials = await ask({ ...request, server: { ...server, user } })
          const name = credentials.user ?? user
          if (name === undefined) throw NO_USER
          return { ...credentials, user: name }
        },
        loginOf: ({ user = '', password, verifiedOnly = false }) => ({
          user,
          password: new Secret(password),
          verifiedOnly,
        }),
      }
    },
  }
}

function askOf({ value, source }: Sourced<PasswordSource>): CredentialsProvider {
  switch (value.kind) {
    case 'text':
      return async () => ({ password: value.password.reveal() })
    case 'file':
      return async () => ({ password: secretIn({ value: value.path, source }).reveal() })
    case 'function':
      return async ({ signal }) => ({
        password: checkedPassword(await asked(async () => value.read(), source, signal), source),
      })
    case 'provider':
      return cacheOf(value.provide, source)
  }
}

/** One cache for all profiles that have the same provider: a primary and its replicas, several pools. */
const caches = new WeakMap<CredentialsProvider, CredentialsProvider>()

function cacheOf(provider: CredentialsProvider, source: string): CredentialsProvider {
  const checking: CredentialsProvider = async (request) =>
    checkedCredentials(await asked(() => provider(request), source, request.signal), source)
  const cache = caches.get(provider) ?? cached(asPerServerAs([provider], checking))
  caches.set(provider, cache)
  return cache
}

const NO_USER = new CredentialsError(
  'CREDENTIALS_MISSING',
  'no user is configured, and the secret names none; set user, DB_USER or PGUSER',
  false,
)
