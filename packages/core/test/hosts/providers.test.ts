import { describe, expect, test } from 'vitest'
import { PROVIDERS, poolerOf, providerOf } from '../../src/hosts/providers.ts'

const NAMED = PROVIDERS.flatMap(({ id, example }) => (example === undefined ? [] : [[id, example] as const]))

describe('providers: the name of a host → its provider', () => {
  test.each(NAMED)('%s: %s', (id, example) => {
    expect(providerOf(example)?.id).toBe(id)
    expect(providerOf(`${example.toUpperCase()}.`)?.id).toBe(id)
  })

  test.each([
    ['orders.cluster-ro-abc.eu-west-1.rds.amazonaws.com', 'aurora'],
    ['orders.proxy-abc.rds.cn-north-1.amazonaws.com.cn', 'rds-proxy'],
    ['orders.postgres.database.chinacloudapi.cn', 'azure'],
    ['abc.europe-west1.sql.goog', 'cloud-sql'],
    ['example.com:my-project:my-instance', 'cloud-sql'],
    ['dpg-cn0abc-a', 'render'],
  ])('%s: %s', (host, id) => {
    expect(providerOf(host)?.id).toBe(id)
  })
})

describe('providers: a name that only resembles one → none', () => {
  test.each([
    'db.example',
    'localhost',
    '127.0.0.1',
    '::1',
    'fe80::1',
    '/run/postgresql',
    'neon.tech',
    'neon.tech.evil.example',
    'evilneon.tech',
    'orders.abc.eu-west-1.rds.amazonaws.com.evil',
    'supabase.co',
    'dsql.eu-west-1.on.aws',
    '',
  ])('%j', (host) => {
    expect(providerOf(host)).toBeUndefined()
  })
})

test('providers: each has an id of its own, a source and a date', () => {
  expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length)
  for (const { source, date, certificate, step } of PROVIDERS) {
    expect(new URL(source).protocol).toBe('https:')
    expect(date).toMatch(/^20\d\d-\d\d$/)
    // Sentences of others follow: no full stop; and no advice to turn a check off.
    expect(`${certificate} ${step}`).not.toMatch(/\.$|rejectUnauthorized|no-verify|sslmode=(?:require|prefer|disable)/)
  }
})

describe('poolers: host and port → the pooler in the path', () => {
  test.each([
    ['orders.postgres.database.azure.com', 6432, 'PgBouncer'],
    ['orders.postgres.database.azure.com', 5432, undefined],
    ['orders-do-user-1-0.db.ondigitalocean.com', 25_061, 'PgBouncer'],
    ['orders-do-user-1-0.db.ondigitalocean.com', 25_060, undefined],
    ['aws-0-eu-central-1.pooler.supabase.com', 5432, 'Supavisor'],
    ['ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech', 5432, 'PgBouncer'],
    ['ep-cool-name-123456.eu-central-1.aws.neon.tech', 5432, undefined],
    ['orders.proxy-abc.eu-west-1.rds.amazonaws.com', 5432, 'RDS Proxy'],
    ['db.example', 6432, undefined],
  ])('%s:%d → %s', (host, port, pooler) => {
    expect(poolerOf(host, port)).toBe(pooler)
  })
})
