import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { cached, type Settings, secureConfig } from '@verifull/pg'
import { collectMetrics } from '@verifull/prometheus'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { Registry } from 'prom-client'
import { afterAll, describe, expect, test } from 'vitest'
import { dashboard, queriesOf } from './dashboard.ts'
import { type Prometheus, prometheusHere, startPrometheus } from './prometheus.ts'

const here = import.meta.dirname
/** The rules of the package; a state has to last for a second in place of a minute. */
const RULES = readFileSync(join(here, '../alerts.yml'), 'utf8').replaceAll(/for: \d+[ms]$/gm, 'for: 1s')
const POLICY_OF_A_LAPTOP = { policy: 'development', warnings: false } as const

const database = await startDatabase()
const { server, hierarchy, folder, settings } = database
const registry = new Registry()
const stop = collectMetrics({ register: registry })
const ends: (() => unknown)[] = [() => database.stop(), stop]
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

function poolOf(options: pg.PoolConfig, of: Settings = settings): pg.Pool {
  const pool = new pg.Pool(secureConfig(options, of))
  ends.push(() => pool.end())
  return pool
}

/** Connects once; resolves with the code of the error, or with undefined. */
async function connectOnce(more: Settings): Promise<unknown> {
  const client = new pg.Client(secureConfig({}, { ...settings, ...more }))
  try {
    await client.connect()
    await client.end()
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

/** The alerts that fire, or are about to. */
async function alerts(prometheus: Prometheus): Promise<readonly string[]> {
  const all = await prometheus.query('ALERTS')
  return [...new Set(all.map(({ metric }) => metric.alertname ?? ''))].toSorted()
}

async function firing(prometheus: Prometheus): Promise<readonly string[]> {
  const all = await prometheus.query('ALERTS{alertstate="firing"}')
  return [...new Set(all.map(({ metric }) => metric.alertname ?? ''))].toSorted()
}

/** Causes all of it on a real server. Resolves when each has happened once; the states go on. */
async function causeTrouble(): Promise<void> {
  const { sslrootcert, password, ...others } = settings
  // Logins that are rejected.
  for (let tries = 0; tries < 5; tries++) expect(await connectOnce({ password: 'another one' })).toBe('28P01')
  // No encryption, and encryption with anyone.
  expect(await connectOnce({ ...POLICY_OF_A_LAPTOP, sslmode: 'disable' })).toBe(undefined)
  const unverified = new pg.Client(secureConfig({}, { ...others, password, ...POLICY_OF_A_LAPTOP, sslmode: 'require' }))
  await unverified.connect()
  await unverified.end()
  // A server that is away.
  expect(await connectOnce({ host: '127.0.0.1', port: 1, failoverTimeoutMs: 0 })).toBe('ECONNREFUSED')
  // A secret whose store fails after the first answer.
  let answers = 0
  const secrets = cached(
    async () => {
      if (answers++ > 0) throw new Error('the store is away')
      return { password }
    },
    { ttlMs: 100 },
  )
  const withSecret = poolOf({ max: 1 }, { ...others, sslrootcert, secrets })
  await withSecret.query('select 1')
  // A secret with an end, which the server rejects before it takes the next one.
  const passwords = ['the one of yesterday', password]
  const changed = async () => ({ password: passwords.shift() ?? password, expiresAt: new Date(Date.now() + 3_600_000) })
  await poolOf({ max: 1 }, { ...others, sslrootcert, secrets: changed }).query('select 1')
  // A CA file that is cut short.
  const ca = join(folder, 'cut-short.crt')
  writeFileSync(ca, hierarchy.root.certificate)
  const withFile = poolOf({ max: 2 }, { ...settings, sslrootcert: ca })
  const session = await withFile.connect()
  writeFileSync(`${ca}.new`, hierarchy.root.certificate.slice(0, 300))
  renameSync(`${ca}.new`, ca)
  // A certificate that ends in ten days.
  const { chain: certificate, key } = hierarchy.servers.expiringSoon
  await server.setTls({ certificate, key, clientCa: hierarchy.root.certificate })
  await withFile.query('select 1')
  session.release()
  await pause(200)
  for (let tries = 0; tries < 3; tries++) {
    const client = await withSecret.connect()
    client.release(true)
    await pause(100)
  }
  // A pool that is lent out, by a query of more than 5 s.
  const full = poolOf({ max: 1, connectionTimeoutMillis: 200 })
  const slow = full.query('select pg_sleep(7)')
  ends.push(() => slow)
  await pause(100)
  await expect(full.query('select 1')).rejects.toThrow('lent none within')
}

describe.skipIf(!prometheusHere())('a real Prometheus', () => {
  test('a healthy system → no alert; then each cause at a real server → its alert, and every panel has series', {
    timeout: 60_000,
  }, async () => {
    const prometheus = await startPrometheus(registry, RULES)
    ends.push(() => prometheus.stop())
    const healthy = poolOf({ max: 10 })
    for (let round = 0; round < 20; round++) {
      await Promise.all([healthy.query('select 1'), healthy.query('select 2')])
      await pause(100)
    }
    const scraped = prometheus.scrapes()
    await prometheus.until(async () => (prometheus.scrapes() >= scraped + 2 ? true : undefined))
    expect(await prometheus.query('sum(db_pool_checkouts_total)')).toEqual([{ metric: {}, value: 40 }])
    expect(await alerts(prometheus)).toEqual([])

    await causeTrouble()
    const expected = [
      'DatabaseBreakerOpen',
      'DatabaseCertificateExpiring',
      'DatabaseLoginFailures',
      'DatabasePlaintextConnection',
      'DatabasePoolNearlyExhausted',
      'DatabasePoolTimeouts',
      'DatabaseQuerySlow',
      'DatabaseSecretStale',
      'DatabaseServerNotVerified',
      'DatabaseTlsReloadFailed',
    ]
    const seen = await prometheus.until(async () => {
      const now = await firing(prometheus)
      return now.length >= expected.length ? now : undefined
    })
    expect(seen).toEqual(expected)

    const without: string[] = []
    for (const { title, expression } of queriesOf(dashboard())) {
      if ((await prometheus.query(expression)).length === 0) without.push(title)
    }
    // No replica is there, and no server changes its role.
    expect(without).toEqual(['Role', 'Replication lag'])
  })
})
