import { ConfigurationError, cached, secureConfig } from '@verifull/pg'
import { collectMetrics } from '@verifull/prometheus'
import { startDatabase, startHostileServer } from '@verifull/test-harness'
import pg from 'pg'
import { AggregatorRegistry, Counter, Registry, register } from 'prom-client'
import * as client14 from 'prom-client-14'
import { afterAll, afterEach, expect, test } from 'vitest'
import { METRIC_NAMES } from '../src/metrics.ts'

const database = await startDatabase()
afterAll(() => database.stop())
const { port } = database.server
const server = `localhost:${port}`
const name = `${server}/app`

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Metrics in a registry of their own until the test ends. */
function collected(registry = new Registry()): Registry {
  ends.push(collectMetrics({ register: registry }))
  return registry
}

function poolOf(options: pg.PoolConfig = {}, more: object = {}): pg.Pool {
  const pool = new pg.Pool(secureConfig({ max: 2, ...options }, { ...database.settings, ...more }))
  ends.push(() => pool.ended || pool.end())
  return pool
}

/** The series of a registry: value by name and labels. */
async function seriesOf(registry: Pick<Registry, 'metrics'>): Promise<ReadonlyMap<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

test('collectMetrics: a pool that is used → its connections, times and server', async () => {
  const registry = collected()
  const pool = poolOf()
  await pool.query('select 1')
  const lent = await pool.connect()
  const series = await seriesOf(registry)
  lent.release()
  expect(series.get(`db_ssl_enabled{server="${server}"}`)).toBe(1)
  expect(series.get(`db_sessions{server="${server}",encryption="tls"}`)).toBe(1)
  expect(series.get(`db_sessions{server="${server}",encryption="none"}`)).toBe(0)
  expect(series.get(`db_breaker_open{server="${server}"}`)).toBe(0)
  expect(series.get(`db_server_standby{server="${server}"}`)).toBe(0)
  expect(series.get(`db_pool_connections{pool="${name}",state="active"}`)).toBe(1)
  expect(series.get(`db_pool_connections{pool="${name}",state="idle"}`)).toBe(0)
  expect(series.get(`db_pool_max_connections{pool="${name}"}`)).toBe(2)
  expect(series.get(`db_pool_checkouts_total{pool="${name}"}`)).toBe(2)
  expect(series.get(`db_pool_connections_opened_total{pool="${name}"}`)).toBe(1)
  expect(series.get(`db_pool_wait_duration_seconds_count{pool="${name}"}`)).toBe(2)
  expect(series.get(`db_pool_use_duration_seconds_count{pool="${name}"}`)).toBe(1)
  expect(series.get(`db_connect_duration_seconds_count{server="${server}"}`)).toBe(1)
  expect(series.get('db_connect_phase_duration_seconds_count{phase="handshake"}')).toBe(1)
  const [made] = [...series.keys()].filter((key) => key.startsWith('db_connections_total'))
  expect(made).toMatch(/protocol="TLSv1.3",key_exchange="\w+",verification="full"/)
  const end = series.get(`db_certificate_expiry_timestamp_seconds{of="server",source="${server}"}`)
  expect(end).toBeGreaterThan(Date.now() / 1000)
  expect([...series.keys()].filter((key) => /insecure|failures/.test(key))).toEqual([])
})

test('collectMetrics: a scrape before the first connection → every metric, and no series but zeros', async () => {
  const registry = collected()
  const text = await registry.metrics()
  expect(METRIC_NAMES.filter((one) => !text.includes(`# TYPE ${one} `))).toEqual([])
})

test('collectMetrics: nothing given → the global registry', async () => {
  const stop = collectMetrics()
  expect(register.getSingleMetric('db_ssl_enabled')).toBeDefined()
  stop()
  expect(register.getMetricsAsArray()).toEqual([])
})

test('collectMetrics: twice for a registry → the same, counted once', async () => {
  const registry = new Registry()
  const [first, second] = [collectMetrics({ register: registry }), collectMetrics({ register: registry })]
  ends.push(first)
  expect(second).toBe(first)
  await poolOf().query('select 1')
  expect((await seriesOf(registry)).get(`db_pool_wait_duration_seconds_count{pool="${name}"}`)).toBe(1)
})

test('collectMetrics: two registries → both have everything; the end of one leaves the other', async () => {
  const [first, second] = [new Registry(), new Registry()]
  const stop = collectMetrics({ register: first })
  collected(second)
  const pool = poolOf()
  await pool.query('select 1')
  const count = `db_pool_wait_duration_seconds_count{pool="${name}"}`
  expect([(await seriesOf(first)).get(count), (await seriesOf(second)).get(count)]).toEqual([1, 1])
  stop()
  await pool.query('select 1')
  expect(first.getMetricsAsArray()).toEqual([])
  expect((await seriesOf(second)).get(count)).toBe(2)
})

test('collectMetrics: a registry that was cleared, and a second call → collected anew, counted once', async () => {
  const registry = new Registry()
  collectMetrics({ register: registry })
  registry.clear()
  collected(registry)
  await poolOf().query('select 1')
  expect((await seriesOf(registry)).get(`db_pool_wait_duration_seconds_count{pool="${name}"}`)).toBe(1)
})

test('collectMetrics: a registry with some of the names → refused with names and fix; it stays as it was', () => {
  const registry = new Registry()
  for (const name of ['db_sessions', 'db_connections_total']) new Counter({ name, help: 'mine', registers: [registry] })
  expect(() => collectMetrics({ register: registry })).toThrow(
    'collectMetrics(): register has metrics named db_connections_total, db_sessions already; rename them there, or give collectMetrics() a registry of its own: collectMetrics({ register: new Registry() })',
  )
  expect(registry.getMetricsAsArray().map((one) => (one as { name?: string }).name)).toEqual([
    'db_sessions',
    'db_connections_total',
  ])
})

test.each<readonly [string, unknown, string]>([
  ['no registry', { register: {} }, 'register must be a Registry of prom-client'],
  ['a number', { register: 5 }, 'register must be a Registry of prom-client'],
  ['a registry in place of the settings', new Registry(), 'settings'],
  ['another name', { registry: new Registry() }, 'did you mean register?'],
])('collectMetrics: %s → refused', (_what, settings, message) => {
  expect(() => collectMetrics(settings as never)).toThrow(ConfigurationError)
  expect(() => collectMetrics(settings as never)).toThrow(message)
})

test('collectMetrics: a pool that ends, also while a scrape runs → its series go away, others stay', async () => {
  const registry = collected()
  const [pool, other] = [poolOf(), poolOf()]
  await Promise.all([pool.query('select 1'), other.query('select 1')])
  const scrape = registry.metrics()
  await pool.end()
  expect(await scrape).toContain(`db_pool_max_connections{pool="${name}"} 2`)
  const left = [...(await seriesOf(registry)).keys()].filter((key) => key.includes('pool="'))
  expect(left.filter((key) => key.includes(`pool="${name}"`))).toEqual([])
  expect(left).toContain(`db_pool_wait_duration_seconds_count{pool="${name} #2"}`)
})

test('collectMetrics: many pools, one after another → no more series than for one', async () => {
  const registry = collected()
  const sizes: number[] = []
  for (let round = 0; round < 5; round++) {
    const pool = poolOf()
    await pool.query('select 1')
    sizes.push((await seriesOf(registry)).size)
    await pool.end()
  }
  expect(new Set(sizes.slice(1)).size).toBe(1)
})

test('collectMetrics: more servers than labels → the rest are one series, "other"', async () => {
  const registry = collected()
  const hosts = Array.from({ length: 120 }, (_, index) => `127.0.1.${index}`)
  const attempt = (host: string) =>
    new pg.Client(secureConfig({}, { ...database.settings, host, port: 1, failoverTimeoutMs: 0 })).connect()
  for (const host of hosts) await expect(attempt(host)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  const failures = [...(await seriesOf(registry))].filter(([key]) => key.startsWith('db_connection_failures_total'))
  expect(failures.length).toBeLessThanOrEqual(101)
  const others = failures.filter(([key]) => key.includes('server="other"'))
  expect(others.length).toBe(1)
  expect(failures.reduce((sum, [, value]) => sum + value, 0)).toBe(120)
})

test('collectMetrics: rejected logins, and a secret of a function → counted by server, code and source', async () => {
  const registry = collected()
  for (let tries = 0; tries < 2; tries++) {
    const client = new pg.Client(secureConfig({}, { ...database.settings, password: 'another one' }))
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' })
  }
  const { password, ...settings } = database.settings
  const secrets = cached(async () => ({ password }))
  const pool = new pg.Pool(secureConfig({ max: 1 }, { ...settings, secrets }))
  ends.push(() => pool.end())
  await pool.query('select 1')
  const series = await seriesOf(registry)
  expect(series.get(`db_login_failures_total{server="${server}",code="28P01"}`)).toBe(2)
  expect(series.get(`db_connection_failures_total{server="${server}",code="28P01"}`)).toBe(2)
  const ofSecret = [...series].filter(([key]) => key.startsWith('db_credential'))
  expect(ofSecret).toContainEqual([expect.stringMatching(/^db_credential_fetches_total\{.*result="fetched"\}/), 1])
  expect(ofSecret).toContainEqual([expect.stringMatching(/^db_credential_stale\{source=".+",server="all"\}/), 0])
  expect(ofSecret).toContainEqual([expect.stringMatching(/^db_credential_age_seconds\{/), expect.any(Number)])
  expect(await registry.metrics()).not.toContain(password)
})

test('collectMetrics: a server that has stopped answering → scrapes answer meanwhile, and send nothing', async () => {
  const registry = collected()
  const pool = poolOf({ max: 1 })
  const lent = await pool.connect()
  ends.push(() => lent.release())
  const sleep = lent.query('select pg_sleep(60)').catch((error) => error.code)
  const running = `db_pool_oldest_running_seconds{pool="${name}"}`
  await expect.poll(async () => (await seriesOf(registry)).get(running)).toBeGreaterThan(0)
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity where query ~ '^select pg_sleep'`
  await expect.poll(() => database.server.sql(cancel)).toHaveLength(1)
  expect(await sleep).toBe('57014')
  const sent = await database.server.sql(
    `select query from pg_stat_activity where usename = 'scram_user' and query !~ 'pg_sleep|^$'`,
  )
  expect(sent).toEqual([])
})

test('collectMetrics: prom-client 14 → the same', async () => {
  const registry = new client14.Registry()
  ends.push(collectMetrics({ register: registry as never }))
  await poolOf().query('select 1')
  const series = await seriesOf(registry)
  expect(series.get(`db_ssl_enabled{server="${server}"}`)).toBe(1)
  expect(series.get(`db_pool_wait_duration_seconds_count{pool="${name}"}`)).toBe(1)
})

test('collectMetrics: the format of OpenMetrics, scraped twice → its words', async () => {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  ends.push(collectMetrics({ register: registry }))
  await poolOf().query('select 1')
  await registry.metrics()
  const text = await registry.metrics()
  expect(text).toContain('# TYPE db_pool_checkouts counter\n')
  expect(text).toContain(`db_pool_checkouts_total{pool="${name}"} 1\n`)
  expect(text).toMatch(/# EOF\n$/)
})

test('collectMetrics: processes of a cluster → pools are added up, one without TLS shows, the earliest end counts', async () => {
  const registry = collected()
  await poolOf().query('select 1')
  const metrics = (await registry.getMetricsAsJSON()) as unknown as { values: { value: number }[]; name: string }[]
  const other = structuredClone(metrics)
  for (const { name, values } of other) {
    for (const one of values) if (name === 'db_ssl_enabled') one.value = 0
  }
  const series = await seriesOf(AggregatorRegistry.aggregate([metrics, other] as never))
  expect(series.get(`db_pool_max_connections{pool="${name}"}`)).toBe(4)
  expect(series.get(`db_pool_wait_duration_seconds_count{pool="${name}"}`)).toBe(2)
  expect(series.get(`db_pool_wait_duration_seconds_bucket{le="+Inf",pool="${name}"}`)).toBe(2)
  expect(series.get(`db_ssl_enabled{server="${server}"}`)).toBe(0)
  const end = `db_certificate_expiry_timestamp_seconds{of="server",source="${server}"}`
  expect(series.get(end)).toBe((await seriesOf(registry)).get(end))
})

test('collectMetrics: a secret in a password, a provider and the words of a server → in no series', async () => {
  const secret = 'Q7ZR5VK9X3WP8LMT9BHN2CYD6FS4GJ1KR0TA'
  const registry = collected()
  const { chain: certificate, key } = database.hierarchy.servers.good
  const answers = [{ error: secret, message: `no ${secret}` }] as const
  const echo = await startHostileServer({ tls: { certificate, key }, answers: [...answers] })
  ends.push(() => echo.stop())
  const { password, ...settings } = database.settings
  const attempts = [
    { ...settings, password: secret },
    { ...settings, password: secret, port: echo.port },
    { ...settings, secrets: async () => ({ password: secret, version: secret }) },
    {
      ...settings,
      secrets: async () => {
        throw Object.assign(new Error(secret), { code: secret })
      },
    },
  ]
  for (const attempt of attempts) await expect(new pg.Client(secureConfig({}, attempt)).connect()).rejects.toThrow()
  const text = await registry.metrics()
  expect(text).toContain(`db_connection_failures_total{server="${server}",code="28P01"}`)
  expect(text).toContain('result="failed"')
  for (let at = 0; at + 8 <= secret.length; at++) expect(text).not.toContain(secret.slice(at, at + 8))
})
