import { cachedAs } from '../credentials/cached.ts'
import { validatePassword } from '../credentials/call-provider.ts'
import type { CredentialsProvider } from '../credentials/credentials.ts'
import { asPerServerAs, isPerServer } from '../credentials/per-server.ts'
import type { Merged } from '../merge/merge.ts'
import type { CredentialsSource } from '../rotation/current-credentials.ts'
import type { PasswordSource } from '../sources/layer.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Lifetime } from './lifetime.ts'
import { isLeftToOthers, LEFT_TO_OTHERS, otherwise, refuseElsewhere } from './login-function.ts'
import { passfileSource } from './passfile-source.ts'
import { hiddenPassword } from './password-facts.ts'
import type { PasswordJudge } from './password-judge.ts'
import { secretIn } from './secret-in.ts'
import { noUser, userOf } from './user.ts'

/** The settings with the user and the password. */
export type LoginSettings = Pick<Merged, 'values' | 'userFile' | 'password' | 'warnings'>

/** The source of credentials that may change while the application runs; undefined for those that cannot. */
export function credentialsSource(
  merged: LoginSettings,
  lifetime: Lifetime,
  judge?: PasswordJudge,
): CredentialsSource | undefined {
  const source = sourceOf(merged, lifetime)
  if (!source) return source
  return {
    ...source,
    closing: lifetime.closing,
    async fetch(request) {
      lifetime.closing.throwIfAborted()
      const credentials = await source.fetch(request)
      const { user, password, database = merged.values.database?.value } = credentials
      if (password !== '') judge?.(hiddenPassword(source.name, password, [user, database]))
      return credentials
    },
  }
}

function sourceOf(merged: LoginSettings, lifetime: Lifetime): CredentialsSource | undefined {
  const { values, password } = merged
  if (!password) return values.passfile && passfileSource(values.passfile, merged)
  const provider = providerOf(password)
  if (!provider) return undefined
  lifetime.owns(provider)
  return {
    name: password.source,
    perServer: isPerServer(provider),
    // Such functions return tokens, and a session outlives its token.
    retires: password.value.kind !== 'function' && password.value.kind !== 'login',
    async fetch({ server, ...request }) {
      const user = userOf(merged)
      const credentials = await provider({ ...request, ...(server && { server: { ...server, user } }) })
      if (isLeftToOthers(credentials)) return await otherwise(merged, { ...request, ...(server && { server }) })
      if (password.value.kind === 'login') refuseElsewhere(credentials, password.source, merged)
      const name = credentials.user ?? user
      if (name === undefined) throw noUser(', and the secret names none')
      return { ...credentials, user: name }
    },
  }
}

/** A file and a function are read for each connection; their last answer is used while they fail. */
function providerOf({ value, source }: Sourced<PasswordSource>): CredentialsProvider | undefined {
  switch (value.kind) {
    case 'text':
      return undefined
    case 'file': {
      const read = async () => ({ password: secretIn({ value: value.path, source }).reveal() })
      return cachedAs(source, read, { ttlMs: 0, check() {} })
    }
    case 'function': {
      const call = async () => ({ password: validatePassword(await value.read(), source) })
      return cachedAs(source, call, { ttlMs: 0, staleWaitMs: 0 })
    }
    case 'login': {
      const { ask } = value
      const asked: CredentialsProvider = async (request) => (await ask(request)) ?? LEFT_TO_OTHERS
      return cachedAs(source, asPerServerAs([ask as CredentialsProvider], asked), { ttlMs: 0, staleWaitMs: 0 })
    }
    case 'provider':
      return shared(value.provide, source)
  }
}

/** Caches by provider: a primary, its replicas and further pools share one. */
const caches = new WeakMap<CredentialsProvider, CredentialsProvider>()

function shared(provider: CredentialsProvider, source: string): CredentialsProvider {
  const cache = caches.get(provider) ?? cachedAs(source, provider, {})
  caches.set(provider, cache)
  return cache
}
