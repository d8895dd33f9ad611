// biome-ignore-all lint/performance/noDynamicNamespaceImportAccess: every exported function is tried
import { describe, expect, test } from 'vitest'
import * as core from '../../src/adapter.ts'

const SETTINGS = { host: 'db.example', user: 'app', password: 'CANARY-kahGh2', environment: {} }
const resolution = core.resolveProfile({ settings: SETTINGS })
const provider: core.CredentialsProvider = async () => ({ password: 'CANARY-kahGh2' })

const LOGGER = 'must have the functions info(), warn() and error(), as pino, winston and console have them'

/** A public function with an invalid argument. */
const WRONG: readonly [call: () => unknown, message: string][] = [
  ...(['explain', 'resolveProfile', 'verifyConnection'] as const).flatMap((name): [() => unknown, string][] => {
    const call = (given: unknown) => () => core[name](given as core.Sources)
    const end = `write ${name}({ settings, options })`
    return [
      [call(SETTINGS), `${name}(): sources has settings and options, and no "host"; ${end}`],
      [call(Object.create(SETTINGS)), `${name}(): sources has settings and options, and no "host"; ${end}`],
      [call([SETTINGS]), `${name}(): sources must be an object, not an array; ${end}`],
      [call(new Map()), `${name}(): sources must be an object, not a Map; use Object.fromEntries() on it; ${end}`],
      [call(Promise.resolve({})), `${name}(): sources must be an object, not a Promise; await it first; ${end}`],
      [call(() => ({})), `${name}(): sources must be an object, not a function; ${end}`],
      [
        call('postgres://app:CANARY@db.example'),
        `${name}(): sources must be an object, not a string; write ${name}({ settings: { url } })`,
      ],
    ]
  }),
  ...[SETTINGS, resolution, 'all'].map((given): [() => unknown, string] => [
    () => core.close(given as never),
    'close(): target must be a profile, as resolveProfile() gives one; without it everything is closed',
  ]),
  ...(['dial', 'cancel'] as const).flatMap((name): [() => unknown, string][] => {
    const call = (given: unknown) => () => (core[name] as (profile: unknown) => unknown)(given)
    const start = `${name}(): profile must be a profile,`
    return [
      [call(SETTINGS), `${start} not settings or options; give resolveProfile({ settings, options }).profile`],
      [
        call({ settings: SETTINGS }),
        `${start} not settings or options; give resolveProfile({ settings, options }).profile`,
      ],
      [call(resolution), `${start} not what resolveProfile() gives; give its profile`],
      [call(Promise.resolve(resolution.profile)), `${start} not a promise; await it first`],
      [call('postgres://x:CANARY@y'), `${start} not a string; give resolveProfile({ settings: { url } }).profile`],
      [call(undefined), `${start} not undefined; give resolveProfile().profile`],
      [call(null), `${start} not null; give resolveProfile().profile`],
      [call([resolution.profile]), `${start} not an array; give resolveProfile().profile`],
      [call(() => resolution), `${start} not a function; give resolveProfile().profile`],
    ]
  }),
  [() => core.dialAny(resolution.profile as never), 'dialAny(): profiles must be a list of profiles, not an object'],
  [
    () => core.dialServers(resolution.profile as never),
    'dialServers(): profiles must be a list of profiles, not an object',
  ],
  [
    () => core.dialAny([resolution.profile, SETTINGS] as never),
    'dialAny(): profiles[1] must be a profile, not settings or options; give resolveProfile({ settings, options }).profile',
  ],
  [
    () => core.dial(resolution.profile, AbortSignal.timeout(1) as never),
    'dial(): startup must be an object of parameters, not an AbortSignal; give that after it',
  ],
  [() => core.cancel(resolution.profile, undefined as never), 'cancel(): dialed must be what dial() gives'],
  ...(['cached', 'retried', 'perServer'] as const).flatMap((name): [() => unknown, string][] => {
    const call = (given: unknown) => () => core[name](given as core.CredentialsProvider)
    return [
      [call({ password: 'CANARY' }), `${name}(): provider must be a function, not an object`],
      [call(provider({ signal: AbortSignal.timeout(9) })), `${name}(): provider must be a function, not an object`],
      [call(undefined), `${name}(): provider must be a function, not undefined`],
      [call('CANARY'), `${name}(): provider must be a function, not a string`],
    ]
  }),
  [() => core.cached(provider, 60_000 as never), 'cached(): settings must be an object, not a number'],
  [() => core.cached(provider, { ttl: 60 } as never), 'cached(): settings has no "ttl"; it has ttlMs or timeoutMs'],
  [() => core.cached(provider, { ttlMs: '60' } as never), 'cached(): ttlMs must be a number, not a string'],
  [() => (core.chained as () => unknown)(), 'chained(): providers must be one provider or several, not none'],
  [() => core.chained(provider, [provider] as never), 'chained(): providers[1] must be a function, not an array'],
  [() => core.awsSecretsManager('orders' as never), 'awsSecretsManager(): settings must be an object, not a string'],
  [
    () => core.awsSecretsManager({ secretID: 'orders' } as never),
    'awsSecretsManager(): settings has no "secretID"; did you mean secretId?',
  ],
  [
    () => core.awsSecretsManagerTls(undefined as never),
    'awsSecretsManagerTls(): settings must be an object, not undefined',
  ],
  [
    () => core.awsParameterStore({ name: 'orders', timeoutMs: 'CANARY' as never }),
    'awsParameterStore(): timeoutMs must be a number, not a string',
  ],
  [
    () => core.rdsIam({ host: 'x' } as never),
    'rdsIam(): settings has no "host"; it has hostname, port, user, region or credentials',
  ],
  [
    () => core.vaultKv(new Map([['path', 'x']]) as never),
    'vaultKv(): settings must be an object, not a Map; use Object.fromEntries() on it',
  ],
  [
    () => core.vaultKv({} as never, { VAULT_ADDR: 'https://vault.example' }),
    'path is not the path of a secret of Vault; give it as secret/app/production',
  ],
  [() => core.vaultKvTls(null as never), 'vaultKvTls(): settings must be an object, not null'],
  [() => core.vaultPki([] as never), 'vaultPki(): settings must be an object, not an array'],
  [
    () => core.vaultDatabase({ Role: 'orders' } as never),
    'vaultDatabase(): settings has no "Role"; did you mean role?',
  ],
  [
    () => (core.poolSizeFor as (given: unknown, more: number) => number)(100, 4),
    'poolSizeFor(): settings must be an object, not a number',
  ],
  [
    () => core.poolSizeFor({ maxConnections: 100 } as never),
    'poolSizeFor(): instances must be a number greater than 0, not undefined',
  ],
  [
    () => core.poolSizeFor({ maxConnections: 100, instances: 0 }),
    'poolSizeFor(): instances must be a number greater than 0, not 0',
  ],
  [() => core.writePosition(undefined as never), 'writePosition(): run must be a function, not undefined'],
  [
    () => core.waitForPosition(async () => [], 'latest'),
    'waitForPosition(): position must be text as writePosition() gives it, such as 16/B374D848',
  ],
  [() => core.withRetry(undefined as never), 'withRetry(): work must be a function, not undefined'],
  [
    () => core.poolSizeFor({ max: 100, instances: 1 } as never),
    'poolSizeFor(): settings has no "max"; it has maxConnections or instances',
  ],
  [
    () => core.poolLimits('prod' as never),
    'poolLimits(): policy must be development, test, staging, production or strict, not "prod"',
  ],
  [
    () => core.onEvent('verifull:pools' as never, () => {}),
    'onEvent(): channel must be verifull:credentials, verifull:endpoint, verifull:policy, verifull:pool or verifull:tls, not "verifull:pools"',
  ],
  [() => core.onEvent('verifull:pool', undefined as never), 'onEvent(): listener must be a function, not undefined'],
  [
    () => core.healthAnswer({} as never, 'ready'),
    'healthAnswer(): monitor must be the result of monitor(), not an object',
  ],
  [
    () => core.healthAnswer({ health() {} } as never, 'readyz' as never),
    'healthAnswer(): question must be live or ready, not "readyz"',
  ],
  [() => core.onPoolTiming({} as never), 'onPoolTiming(): listener must be a function, not an object'],
  [() => core.logEvents({ logger: 'pino' as never }), `logEvents(): logger ${LOGGER}`],
  [() => core.logEvents({ logger: { info() {} } as never }), `logEvents(): logger ${LOGGER}`],
  [() => core.logEvents(console as never), 'logEvents(): settings has no "log"; it has logger'],
  [() => core.exposeMonitor({ name: 7 as never }), 'exposeMonitor(): name must be a string, not a number'],
  [() => core.exposeMonitor('orders' as never), 'exposeMonitor(): settings must be an object, not a string'],
  [() => core.placeholderHost(-1), 'placeholderHost(): replica must be the index of a replica, not a number'],
  [() => core.placeholderHost('0' as never), 'placeholderHost(): replica must be the index of a replica, not a string'],
]

describe('public functions: an invalid argument → named', () => {
  test.each(WRONG.map(([call, message]) => [message, call] as const))('%s', async (message, call) => {
    const error = await (async () => call())().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(core.ConfigurationError)
    expect((error as Error).message).toBe(message)
    expect(String((error as Error).stack)).not.toContain('CANARY')
  })

  /** Functions that only the adapters of this repository call, with checked arguments. */
  const FOR_ADAPTERS = [
    'addSnapshot',
    'closing',
    'configurationsOf',
    'copySnapshot',
    'countTimings',
    'deferring',
    'finishedSessions',
    'flushTimings',
    'hostAndPort',
    'isDevelopersMachine',
    'isHeard',
    'isOfAnotherEnvironment',
    'isPlaceholder',
    'isTimed',
    'isTraced',
    'knock',
    'monitorOf',
    'poolName',
    'problemWith',
    'publish',
    'releasePoolName',
    'reportedFailure',
    'shielded',
    'tellOutcome',
    'tellStart',
    'trace',
    'verifyWith',
    'warn',
    'watchCertificates',
  ]

  /** Functions that answer for any value. */
  const FOR_ANY = ['processStats', 'redacted', 'safeToRetry', 'snapshotOf']

  test('every exported function → has a case', () => {
    const functions = Object.entries(core).filter(
      ([name, value]) => typeof value === 'function' && !/^[A-Z]/.test(name) && !/^(checked|wrong)/.test(name),
    )
    const named = WRONG.map(([, message]) => /^(\w+)\(\)/.exec(message)?.[1])
    expect(
      functions
        .map(([name]) => name)
        .filter((name) => !named.includes(name))
        .sort(),
    ).toEqual([...FOR_ADAPTERS, ...FOR_ANY].sort())
  })
})

describe('public functions: valid arguments', () => {
  test('settings of stores that inherit from defaults → accepted', () => {
    const defaults = { region: 'eu-west-1', secretId: 'orders' }
    expect(core.awsSecretsManager(Object.create(defaults))).toBeTypeOf('function')
  })

  test('sources that inherit, null, and none → accepted', () => {
    const { endpoints } = core.explain(Object.create({ settings: SETTINGS }))
    expect(endpoints).toEqual([{ host: 'db.example', port: 5432 }])
    expect(core.explain(null as never).policy).toEqual(core.explain().policy)
  })

  test('numbers of a pool as text → accepted', () => {
    expect(core.poolSizeFor({ maxConnections: '100', instances: '4' } as never)).toBe(20)
  })

  test('a profile with another database → accepted', async () => {
    const profile = { ...resolution.profile, database: 'other', endpoints: [] }
    await expect(core.dial(profile)).rejects.toBeInstanceOf(core.VerifullError)
  })
})
