import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explain, PG_SPELLING, resolveProfile, type Sources, type Spelling, VerifullError } from '../../src/adapter.ts'
import { PARAMETER_NAMES } from '../../src/parameters/parameters.ts'
import type { Settings } from '../../src/parameters/settings.ts'

const base = { user: 'app', password: 'kahGh2-eiYo9', host: 'db.example', environment: {} } satisfies Settings

describe('untyped input', () => {
  test.each<[what: string, options: unknown, settings: object, message: string | undefined]>([
    ['options that are null', null, {}, undefined],
    ['options that are a number', 5, {}, 'options must be an object or a connection string, not a number'],
    [
      'a limit without end',
      { connectionTimeoutMillis: Infinity },
      {},
      'option connectionTimeoutMillis must be a number from 0 to 2147483647, not Infinity',
    ],
    ['variables that are numbers', {}, { environment: { PGPORT: 5433 } }, undefined],
    ['a policy that is null', {}, { policy: { use: null, allow: null } }, undefined],
    [
      'a policy that is a list',
      {},
      { policy: ['production'] },
      'settings.policy must be the name of a policy or an object, not an array',
    ],
    [
      'a policy with an unknown word',
      {},
      { policy: { alow: {} } },
      'unknown setting "policy.alow"; it has use, allow or rules',
    ],
    [
      'relaxations without reasons',
      {},
      { policy: { allow: ['plaintext-loopback'] } },
      'settings.policy.allow must be an object of rules and reasons, not an array',
    ],
  ])('%s', (_what, options, settings, message) => {
    const { problems } = explain({ options: options as object, settings: { ...base, ...settings } as Settings })
    expect(problems.map((problem) => problem.message)).toEqual(message ? [message] : [])
  })

  test('settings that are null → not set', () => {
    expect(explain({ settings: null as never, options: { host: 'db.example' } }).endpoints).toEqual([
      { host: 'db.example', port: 5432 },
    ])
  })
})

/** Any value that an untyped program may pass. */
const anything = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    false,
    0,
    1,
    -1,
    Number.NaN,
    2 ** 40,
    '',
    ' ',
    'x',
    '0',
    '1',
    ',',
    '@',
    '/',
    '-c',
    'verify-full',
  ),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  fc.func(fc.anything()),
)
const keyed = (names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 6 })

test('any input → explain() does not throw, resolveProfile() throws typed errors alone', () => {
  const settings = keyed([
    ...PARAMETER_NAMES,
    'url',
    'secrets',
    'policy',
    'pool',
    'servername',
    'keyExchange',
    'constructor',
    '__proto__',
  ])
  const options = keyed([
    'connectionString',
    'ssl',
    'min',
    'max',
    'keepAlive',
    'enableChannelBinding',
    'password',
    'host',
  ])
  const ssl = keyed([
    'ca',
    'cert',
    'key',
    'passphrase',
    'servername',
    'rejectUnauthorized',
    'checkServerIdentity',
    'pfx',
  ])
  fc.assert(
    fc.property(settings, options, ssl, (given, others, tls) => {
      return isAnswered({ settings: { ...given, environment: {} } as Settings, options: { ssl: tls, ...others } })
    }),
    { numRuns: 1000 },
  )
})

test('any input in replicas and nested options → the same', () => {
  const spelling: Spelling = {
    ...PG_SPELLING,
    extra: { within: PG_SPELLING },
    native: { refused: 'it cannot be' },
    replication: { replication: { primary: 'write', replicas: 'read', entry: PG_SPELLING } },
  }
  const server = fc.oneof(anything, keyed(['host', 'hostaddr', 'port', 'user', 'password', 'url', 'secrets', 'policy']))
  const servers = fc.oneof(anything, fc.array(server, { maxLength: 3 }))
  const block = fc.oneof(anything, fc.record({ write: server, read: servers }))
  fc.assert(
    fc.property(servers, server, block, (replicas, extra, replication) => {
      const options = { extra, replication, native: replication }
      const settings = { sslmode: 'disable', policy: 'development', replicas, environment: {} } as Settings
      return (
        isAnswered({ settings, options, spelling }) &&
        isAnswered({ settings: { ...settings, replicas: [] }, options, spelling })
      )
    }),
    { numRuns: 500 },
  )
})

function isAnswered(sources: Sources): boolean {
  explain(sources)
  try {
    resolveProfile(sources)
  } catch (error) {
    return VerifullError.isInstance(error)
  }
  return true
}
