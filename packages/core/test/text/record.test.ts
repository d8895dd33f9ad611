import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { explain, type Settings } from '../../src/index.ts'

const base = { user: 'app', password: 'kahGh2-eiYo9', environment: {} } satisfies Settings

/** The same properties in different kinds of object. */
const HOLDERS: Readonly<Record<string, (properties: Record<string, unknown>) => object>> = {
  'a plain object': (properties) => ({ ...properties }),
  'a frozen object': (properties) => Object.freeze({ ...properties }),
  'an object without a prototype': (properties) => Object.assign(Object.create(null), properties),
  'an object that inherits from defaults': (properties) => Object.create(properties),
  'an object that inherits from defaults of defaults': (properties) => Object.create(Object.create(properties)),
  'defaults without a prototype': (properties) => Object.create(Object.assign(Object.create(null), properties)),
  'an instance of a class with fields': (properties) =>
    new (class Configuration {
      constructor() {
        Object.assign(this, properties)
      }
      validate(): void {}
    })(),
  'an instance of a class with getters': (properties) => new (withGetters(properties))(),
  'an instance of a subclass': (properties) => new (class extends withGetters(properties) {})(),
  'a proxy': (properties) => new Proxy({ ...properties }, {}),
  'a proxy that lists nothing': (properties) => new Proxy({}, { get: (_target, name) => properties[String(name)] }),
  'an object of another realm': (properties) =>
    Object.assign(runInContext('({})', createContext({})) as object, properties),
  'an object with hidden properties': (properties) =>
    Object.defineProperties(
      {},
      Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, { value, enumerable: false }])),
    ),
}

function withGetters(properties: Record<string, unknown>): new () => object {
  class Configuration {}
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(Configuration.prototype, name, { get: () => value })
  }
  return Configuration
}

describe.each(Object.entries(HOLDERS))('%s is read as', (name, hold) => {
  test('settings', () => {
    const settings = hold({ ...base, host: 'db.example', port: 5433 }) as Settings
    expect(explain({ settings })).toMatchObject({ problems: [], endpoints: [{ host: 'db.example', port: 5433 }] })
  })

  test('options, their ssl object included', () => {
    const options = hold({ host: 'db.example', ssl: hold({ rejectUnauthorized: false, servername: 'x.example' }) })
    const { problems, findings, endpoints } = explain({ options, settings: base })
    expect(problems).toEqual([])
    expect(endpoints).toEqual([{ host: 'x.example', address: 'db.example', port: 5432 }])
    expect(findings.map(({ rule }) => rule)).toContain('verification-off')
  })

  test('policy and its relaxations', () => {
    const policy = hold({ use: 'staging', allow: hold({ 'env-file': 'a test' }) }) as Settings['policy']
    const { policy: chosen, problems } = explain({ settings: { ...base, host: 'db.example', policy } as Settings })
    expect(chosen).toMatchObject({ name: 'staging', source: 'settings.policy' })
    // A relaxation that is not enumerated has no effect.
    expect(chosen.allow).toEqual(name === 'a proxy that lists nothing' ? undefined : { 'env-file': 'a test' })
    const told = name === 'a proxy that lists nothing' ? [] : [expect.stringContaining('"env-file"] is no rule')]
    expect(problems.map(({ message }) => message)).toEqual(told)
  })

  test('pool: a limit that is none is told', () => {
    const pool = hold({ max: 'many' }) as NonNullable<Settings['pool']>
    expect(explain({ settings: { ...base, pool } }).problems.map(({ parameter }) => parameter)).toContain('pool.max')
  })

  test('an entry of replicas', () => {
    const replicas = [hold({ host: 'replica.example' })]
    expect(explain({ settings: { ...base, host: 'db.example', replicas } }).replicas).toMatchObject([
      { endpoints: [{ host: 'replica.example' }] },
    ])
  })
})

test('environment: variables that are inherited count', () => {
  const environment = Object.create({ DB_HOST: 'db.example', DB_USER: 'app' })
  expect(explain({ settings: { environment } }).endpoints).toEqual([{ host: 'db.example', port: 5432 }])
})

test('a method of a class that has the name of a setting is called on its instance', async () => {
  class Login {
    readonly text = 'kahGh2-eiYo9'
    password(): string {
      return this.text
    }
  }
  const { settings } = explain({ settings: { host: 'db.example', user: 'app', environment: {} }, options: new Login() })
  expect(settings).toContainEqual(expect.objectContaining({ parameter: 'password', source: 'option password' }))
})

/** Values that are no record of settings, with the words of the refusal. */
const STRANGERS: readonly [what: string, value: unknown, words: string][] = [
  ['a Map', new Map([['host', 'db.example']]), 'not a Map; use Object.fromEntries() on it'],
  ['a Set', new Set(['db.example']), 'not a Set'],
  ['a Promise', Promise.resolve({ host: 'db.example' }), 'not a Promise; await it first'],
  // biome-ignore lint/suspicious/noThenProperty: a promise of another library
  ['a thenable', { then: () => {} }, 'not a promise; await it first'],
  ['a Date', new Date(), 'not a Date'],
  ['a Buffer', Buffer.from('db.example'), 'not bytes'],
  ['a list', [{ host: 'db.example' }], 'not an array'],
  ['a function', () => ({ host: 'db.example' }), 'not a function'],
  ['a number', 5, 'not a number'],
  ['true', true, 'not a boolean'],
  ['false', false, 'not a boolean'],
  [
    'a service with get()',
    new (class ConfigService {
      readonly internalConfig = { host: 'db.example' }
      get(): string {
        return 'db.example'
      }
    })(),
    'not a ConfigService that gives its values by get(); give an object with what get() returns',
  ],
]

describe.each(STRANGERS)('%s is refused as', (_name, value, words) => {
  const messages = (sources: Parameters<typeof explain>[0]) => explain(sources).problems.map(({ message }) => message)
  const given = value as never

  test('settings', () => {
    expect(messages({ settings: given })).toContain(`settings must be an object, ${words}`)
  })

  test('options', () => {
    const said = `options must be an object or a connection string, ${words}`
    expect(messages({ options: given, settings: base })).toEqual([said])
  })

  test('pool, policy, relaxations and environment', () => {
    expect(messages({ settings: { ...base, pool: given } })).toEqual([`settings.pool must be an object, ${words}`])
    expect(messages({ settings: { ...base, policy: given } })).toEqual([
      `settings.policy must be the name of a policy or an object, ${words}`,
    ])
    expect(messages({ settings: { ...base, policy: { allow: given } } })).toEqual([
      `settings.policy.allow must be an object of rules and reasons, ${words}`,
    ])
    expect(messages({ settings: { ...base, environment: given } })).toContain(
      `settings.environment must be an object, ${words}`,
    )
  })

  test('an entry of replicas', () => {
    expect(messages({ settings: { ...base, replicas: [given] } })).toEqual([
      `replica 1 (from settings.replicas[0]): a replica must be a host, a URL or an object, ${words}`,
    ])
  })

  test('ssl, which may be a boolean', () => {
    const said = typeof value === 'boolean' ? [] : [`option ssl must be true, false or an object, ${words}`]
    expect(messages({ options: { ssl: value }, settings: { ...base, policy: 'development' } })).toEqual(said)
  })
})

describe('a URL object is read as its text:', () => {
  const url = new URL('postgres://app:kahGh2-eiYo9@db.example:5433/shop')
  const EXPECTED = { problems: [], endpoints: [{ host: 'db.example', port: 5433 }] }

  test.each<[string, Parameters<typeof explain>[0]]>([
    ['options', { options: url, settings: { environment: {} } }],
    ['option connectionString', { options: { connectionString: url }, settings: { environment: {} } }],
    ['settings.url', { settings: { url: url as never, environment: {} } }],
  ])('%s', (_name, sources) => {
    expect(explain(sources)).toMatchObject(EXPECTED)
  })

  test('an entry of replicas', () => {
    const replicas = [new URL('postgres://replica.example:5434') as never]
    expect(explain({ settings: { ...base, host: 'db.example', replicas } }).replicas).toMatchObject([
      { endpoints: [{ host: 'replica.example', port: 5434 }] },
    ])
  })

  test('settings themselves are told where it goes', () => {
    expect(
      explain({ settings: 'postgres://app:CANARY@db.example' as never }).problems.map(({ message }) => message),
    ).toContain('settings must be an object, not a string; give a URL as settings.url')
  })
})
