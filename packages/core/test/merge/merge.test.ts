import { describe, expect, test } from 'vitest'
import { mergeLayers } from '../../src/merge/merge.ts'
import { PARAMETERS } from '../../src/parameters/parameters.ts'
import { LAYERS, type Layer, type LayerName } from '../../src/sources/layer.ts'
import { LayerDraft } from '../../src/sources/layer-draft.ts'
import { collect, problemsOf, resolved } from '../sources/reading.ts'

const MODES = PARAMETERS.sslmode.values

function layer(name: LayerName, values: Record<string, string>): Layer {
  const draft = new LayerDraft(name)
  for (const [word, value] of Object.entries(values)) draft.setNamed(word, value, `${name}.${word}`)
  return draft
}

test('merge: several sources → the strongest value of each key; the others are kept as overridden', () => {
  const layers = LAYERS.map((name) => layer(name, { user: name, password: name }))
  for (const [rank, name] of LAYERS.entries()) {
    const merged = mergeLayers(layers.slice(rank))
    expect(merged.values.user).toEqual({ value: name, source: `${name}.user` })
    expect(merged.password?.source).toBe(`${name}.password`)
    expect(merged.shadowed.filter(({ parameter }) => parameter === 'user')).toEqual(
      LAYERS.slice(rank + 1).map((other) => ({
        parameter: 'user',
        value: other,
        source: `${other}.user`,
        by: `${name}.user`,
      })),
    )
    expect(merged.problems).toEqual([])
  }
})

describe('merge: two modes from two sources', () => {
  const rank = (mode: string) => MODES.indexOf(mode as (typeof MODES)[number])
  const pairs = MODES.flatMap((strong) => MODES.map((weak) => [strong, weak] as const))
  test.each(pairs)('sslmode=%s above sslmode=%s', (strong, weak) => {
    const merged = mergeLayers([layer('settings', { sslmode: strong }), layer('PG*', { sslmode: weak })])
    const demands = [strong, weak].map((mode) => rank(mode) >= rank('require'))
    if (demands[0] !== demands[1]) {
      const lax = demands[0] ? `${weak} (from PG*.sslmode)` : `${strong} (from settings.sslmode)`
      const strict = demands[0] ? `${strong} (from settings.sslmode)` : `${weak} (from PG*.sslmode)`
      expect(merged.problems).toEqual([
        {
          parameter: 'sslmode',
          severity: 'refuse',
          message: `sslmode=${lax} contradicts sslmode=${strict}; remove one`,
        },
      ])
    } else {
      expect(merged.problems).toEqual([])
      const raised = demands[0] && rank(weak) > rank(strong)
      expect(merged.values.sslmode).toEqual(
        raised ? { value: weak, source: 'PG*.sslmode' } : { value: strong, source: 'settings.sslmode' },
      )
    }
  })
})

describe('merge: TLS requested without a mode', () => {
  test.each<[Record<string, string>, [string, string]]>([
    [{ DB_SSL: 'true' }, ['verify-full', 'DB_SSL=true']],
    [{ DB_SSL: 'true', PGSSLMODE: 'require' }, ['require', 'PGSSLMODE']],
    [{ DB_SSL: 'true', DATABASE_URL: 'postgres://h?sslmode=verify-ca' }, ['verify-ca', 'DATABASE_URL']],
    [{ DB_SSL: 'true', DB_SSL_VERIFY: 'true' }, ['verify-full', 'DB_SSL_VERIFY']],
    [{ DB_SSL: 'true', DB_SSL_REJECT_UNAUTHORIZED: 'false' }, ['require', 'DB_SSL_REJECT_UNAUTHORIZED']],
    [{ DB_SSL: 'false' }, ['disable', 'DB_SSL']],
    [{ DB_SSL: 'false', DB_SSL_REJECT_UNAUTHORIZED: 'true' }, ['disable', 'DB_SSL']],
  ])('%j', (environment, sslmode) => {
    expect(resolved({ settings: { environment } }).sslmode).toEqual(sslmode)
  })

  test.each<[Record<string, string>, string]>([
    [{ DB_SSL: 'true', PGSSLMODE: 'disable' }, 'sslmode=disable (from PGSSLMODE) contradicts DB_SSL=true; remove one'],
    [
      { DB_SSL: 'false', DATABASE_URL: 'postgres://h?sslmode=require' },
      'sslmode=disable (from DB_SSL) contradicts sslmode=require (from DATABASE_URL); remove one',
    ],
    [
      { DB_SSL: 'false', DB_SSL_MODE: 'require' },
      'DB_SSL=false contradicts sslmode=require (from DB_SSL_MODE); remove one',
    ],
    [
      { DATABASE_URL: 'postgres://h?sslmode=disable', PGREQUIRESSL: '1' },
      'sslmode=disable (from DATABASE_URL) contradicts sslmode=require (from PGREQUIRESSL); remove one',
    ],
  ])('%j → a contradiction', (environment, message) => {
    expect(problemsOf({ settings: { environment } })).toEqual([message])
  })

  test('merge: verification turned off explicitly, any mode → reported', () => {
    const environment = { DB_SSL_REJECT_UNAUTHORIZED: 'false', PGSSLMODE: 'verify-full' }
    const merged = collect({ settings: { environment }, options: { ssl: { rejectUnauthorized: false } } })
    expect(merged.values.sslmode).toEqual({ value: 'verify-full', source: 'PGSSLMODE' })
    expect(merged.verificationOff).toEqual(['option ssl.rejectUnauthorized=false', 'DB_SSL_REJECT_UNAUTHORIZED=false'])
  })
})

describe('merge: a fixed password and a provider', () => {
  const secrets = async () => ({ password: 'fetched' })
  const provider = 'contradicts a credentials provider (from settings.secrets); remove one'

  test.each<[string, Parameters<typeof problemsOf>[0], string]>([
    [
      'URL',
      { settings: { secrets, environment: { DATABASE_URL: 'postgres://u:CANARY@h' } } },
      `a password (from DATABASE_URL) ${provider}`,
    ],
    [
      'DB_*',
      { settings: { secrets, environment: { DB_PASSWORD: 'CANARY' } } },
      `a password (from DB_PASSWORD) ${provider}`,
    ],
    ['settings', { settings: { secrets, password: 'CANARY' } }, `a password (from settings.password) ${provider}`],
    [
      'option',
      { settings: { secrets }, options: { password: 'CANARY' } },
      `a password (from option password) ${provider}`,
    ],
    [
      'two that are fetched',
      { settings: { secrets }, options: { password: () => 'x' } },
      `a password function (from option password) ${provider}`,
    ],
    [
      'function',
      { options: { password: () => 'x', connectionString: 'postgres://u:CANARY@h' } },
      'a password (from option connectionString) contradicts a password function (from option password); remove one',
    ],
  ])('%s', (_name, sources, message) => {
    expect(problemsOf(sources)).toEqual([message])
  })

  test('merge: PGPASSWORD beside a provider → ignored without a problem', () => {
    const merged = collect({ settings: { secrets, environment: { PGPASSWORD: 'CANARY' } } })
    expect(merged.problems).toEqual([])
    expect(merged.password).toEqual({ value: { kind: 'provider', provide: secrets }, source: 'settings.secrets' })
    expect(JSON.stringify(merged.shadowed)).toBe(
      '[{"parameter":"password","value":"[secret]","source":"PGPASSWORD","by":"settings.secrets"}]',
    )
  })

  test('merge: a function beside a URL without a password → used', () => {
    const password = () => 'token'
    const merged = collect({ options: { connectionString: 'postgres://u@h/db', password } })
    expect(merged.problems).toEqual([])
    expect(merged.password).toEqual({ value: { kind: 'function', read: password }, source: 'option password' })
  })
})
