import type { Attributes } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type Histogram, type MetricData } from '@opentelemetry/sdk-metrics'
import { onPoolTiming, type PoolTiming, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { instrument, poolTimes } from '../src/index.ts'
import { BUCKETS, METRICS, type MetricName } from '../src/metrics.ts'
import { type Sdk, startInstrumented, startSdk } from './sdk.ts'

const database = await startDatabase()
afterAll(() => database.stop())
const { port } = database.server
const POOL = 'db.client.connection.pool.name'
const STATE = 'db.client.connection.state'

function poolOf(options: pg.PoolConfig = {}) {
  const pool = new pg.Pool(secureConfig({ max: 2, ...options }, database.settings))
  onTestFinished(async () => void (pool.ended || (await pool.end())))
  return pool
}

test('conventions 1.44: metrics of a pool → nine, with the names, instruments and units there', async () => {
  const { metrics } = startInstrumented()
  const pool = poolOf({ min: 1, connectionTimeoutMillis: 1000 })
  const client = await pool.connect()
  const other = await pool.connect()
  await expect(pool.connect()).rejects.toThrow('timeout exceeded when trying to connect')
  other.release()
  const found = await metrics()
  client.release()
  const later = await metrics()
  const name = `localhost:${port}/app`
  expect(pointsOf(found, 'db.client.connection.count')).toEqual([
    [{ [POOL]: name, [STATE]: 'idle' }, 1],
    [{ [POOL]: name, [STATE]: 'used' }, 1],
  ])
  const values: readonly (readonly [MetricName, number])[] = [
    ['db.client.connection.idle.max', 2],
    ['db.client.connection.idle.min', 1],
    ['db.client.connection.max', 2],
    ['db.client.connection.pending_requests', 0],
    ['db.client.connection.timeouts', 1],
  ]
  for (const [metric, value] of values) expect(pointsOf(found, metric), metric).toEqual([[{ [POOL]: name }, value]])
  expect(timesOf(found, 'db.client.connection.create_time')).toEqual([{ [POOL]: name, count: 2 }])
  expect(timesOf(found, 'db.client.connection.wait_time')).toEqual([{ [POOL]: name, count: 3 }])
  expect(timesOf(later, 'db.client.connection.use_time')).toEqual([{ [POOL]: name, count: 2 }])
  const described = [...later.values()]
    .map(({ descriptor }) => descriptor as object as InstrumentDescriptor)
    .map(({ name: metric, type, unit, description }) => [
      metric,
      { instrument: type.replace('OBSERVABLE_', '').replace('UP_DOWN_', 'updown').toLowerCase(), unit, description },
    ])
  expect(Object.keys(METRICS).filter((metric) => metric.startsWith('db.')).length).toBe(9)
  for (const [metric, said] of described) {
    const { instrument: kind, unit, description } = METRICS[metric as MetricName]
    expect([metric, said]).toEqual([metric, { instrument: kind, unit, description }])
  }
  expect(boundsOf(later, 'db.client.connection.use_time')).toEqual(BUCKETS)
})

/** Makes checkouts of two pools, and shows that each time was counted once, in the right bucket. */
async function countedOnce({ metrics }: Pick<Sdk, 'metrics'>, stop: () => void): Promise<void> {
  const pools = [poolOf({ max: 1 }), poolOf({ max: 1 })]
  const heard = new Map<string, number[]>()
  const hear = ({ pool, kind, ms }: PoolTiming) => {
    const series = `${pool} ${kind}`
    heard.set(series, [...(heard.get(series) ?? []), ms / 1000])
  }
  onTestFinished(onPoolTiming(hear))
  const checkouts = async (each: number) => {
    for (let round = 0; round < each; round++) for (const pool of pools) (await pool.connect()).release()
  }
  const counted = async () => {
    const found = await metrics()
    for (const kind of ['wait', 'use'] as const) {
      for (const [{ [POOL]: pool }, value] of pointsOf(found, `db.client.connection.${kind}_time`)) {
        const times = heard.get(`${pool} ${kind}`) ?? []
        const { count, sum, buckets } = value as Histogram
        expect(buckets.boundaries).toEqual(BUCKETS)
        expect(buckets.counts).toEqual(
          [...BUCKETS, Number.POSITIVE_INFINITY].map(
            (bound, index) => times.filter((one) => one <= bound && one > (BUCKETS[index - 1] ?? -1)).length,
          ),
        )
        expect(count).toBe(times.length)
        expect(sum).toBeCloseTo(
          times.reduce((all, one) => all + one, 0),
          9,
        )
      }
    }
    return timesOf(found, 'db.client.connection.wait_time').map((one) => (one as { count: number }).count)
  }
  await checkouts(300)
  expect(await counted()).toEqual([300, 300])
  expect(await counted()).toEqual([300, 300])
  await checkouts(50)
  stop()
  expect(await counted()).toEqual([350, 350])
}

test('700 checkouts of two pools, before and after a collection and up to the end → each time is counted once', async () => {
  const sdk = startSdk()
  onTestFinished(() => sdk.stop())
  await countedOnce(sdk, instrument({ meterProvider: sdk.meterProvider, tracerProvider: sdk.tracerProvider }))
})

test('poolTimes: the same checkouts, counted for a reader → the same histograms, and no others', async () => {
  const times = poolTimes()
  const sdk = startSdk([times])
  onTestFinished(() => sdk.stop())
  const { meterProvider, tracerProvider } = sdk
  await countedOnce(sdk, instrument({ meterProvider, tracerProvider, poolTimes: times }))
  const all = (await sdk.metrics()).get('db.client.connection.wait_time')
  const { unit, description } = METRICS['db.client.connection.wait_time']
  expect(all?.descriptor).toMatchObject({ name: 'db.client.connection.wait_time', unit, description })
  expect(all?.dataPointType).toBe(DataPointType.HISTOGRAM)
  expect(all?.aggregationTemporality).toBe(AggregationTemporality.CUMULATIVE)
  const [{ startTime, endTime } = { startTime: [0, 0], endTime: [0, 0] }] = all?.dataPoints ?? []
  expect(Date.now() / 1000 - (endTime[0] ?? 0)).toBeLessThan(60)
  expect(endTime[0]).toBeGreaterThanOrEqual(startTime[0] ?? Number.NaN)
})

test('poolTimes: temporality=delta → what is new since the last collection', async () => {
  const times = poolTimes({ temporality: 'delta' })
  const sdk = startSdk([times])
  const { meterProvider, tracerProvider } = sdk
  const stop = instrument({ meterProvider, tracerProvider, poolTimes: times })
  onTestFinished(async () => {
    stop()
    await sdk.stop()
  })
  const pool = poolOf()
  for (const count of [2, 1, 0, 3]) {
    for (let turn = 0; turn < count; turn++) await pool.query('select 1')
    const found = await sdk.metrics()
    const [one] = timesOf(found, 'db.client.connection.use_time') as readonly { readonly count: number }[]
    expect(one?.count ?? 0).toBe(count)
    const temporality = found.get('db.client.connection.use_time')?.aggregationTemporality
    expect(temporality).toBe(count ? AggregationTemporality.DELTA : undefined)
  }
})

test('two pools of one database → two names; one that has ended → 0, and its name is used again', async () => {
  const { metrics } = startInstrumented()
  const [one, other] = [poolOf(), poolOf({ max: 3 })]
  const maxima = async () => pointsOf(await metrics(), 'db.client.connection.max')
  const name = `localhost:${port}/app`
  expect(await maxima()).toEqual([
    [{ [POOL]: name }, 2],
    [{ [POOL]: `${name} #2` }, 3],
  ])
  await one.end()
  const ended = [
    [{ [POOL]: name }, 0],
    [{ [POOL]: `${name} #2` }, 3],
  ]
  expect(await maxima()).toEqual(ended)
  for (let round = 0; round < 20; round++) {
    const short = poolOf({ max: 1 })
    await short.query('select 1')
    await short.end()
  }
  expect(await maxima()).toEqual(ended)
  expect(timesOf(await metrics(), 'db.client.connection.create_time')).toEqual([{ [POOL]: name, count: 20 }])
  await other.end()
})

test('servers, certificates → verification, key exchange, breaker and time that is left', async () => {
  const { metrics } = startInstrumented()
  const pool = poolOf()
  await pool.query('select 1')
  const found = await metrics()
  const server = { 'server.address': 'localhost', 'server.port': port }
  const open = pointsOf(found, 'verifull.connection.open')
  expect(open).toContainEqual([
    {
      ...server,
      'tls.established': true,
      'tls.protocol.version': '1.3',
      'tls.curve': expect.any(String),
      'verifull.tls.verification': 'full',
    },
    1,
  ])
  expect(open).toContainEqual([{ ...server, 'tls.established': false }, 0])
  expect(pointsOf(found, 'verifull.breaker.state')).toEqual(
    ['closed', 'half-open', 'open'].map((state) => [
      { ...server, 'verifull.breaker.state': state },
      state === 'closed' ? 1 : 0,
    ]),
  )
  const remaining = pointsOf(found, 'verifull.certificate.remaining')
  expect(remaining.map(([{ 'verifull.certificate.usage': usage }]) => usage)).toContain('server')
  for (const [, seconds] of remaining) expect(seconds).toBeGreaterThan(86_400)
})

test('a secret → age, generation and no rotation lag while it is good', async () => {
  const { metrics } = startInstrumented()
  const secrets = async () => ({ user: 'scram_user', password: database.server.password('scram_user') })
  const { user: _user, password: _password, ...settings } = database.settings
  const pool = new pg.Pool(secureConfig({}, { ...settings, secrets }))
  onTestFinished(() => pool.end())
  await pool.query('select 1')
  const found = await metrics()
  expect(pointsOf(found, 'verifull.credential.generation').map(([, value]) => value)).toEqual([1])
  expect(pointsOf(found, 'verifull.credential.rotation_lag').map(([, value]) => value)).toEqual([0])
  const [[{ 'verifull.credential.source': source }, age] = [{}, -1]] = pointsOf(found, 'verifull.credential.age')
  expect(source).toBe('settings.secrets')
  expect(age).toBeGreaterThanOrEqual(0)
  expect(age).toBeLessThan(60)
})

test('a connection that fails → counted by its code', async () => {
  const { metrics } = startInstrumented()
  const pool = new pg.Pool(secureConfig({}, { ...database.settings, port: 1, failoverTimeoutMs: 0 }))
  onTestFinished(() => pool.end())
  await expect(pool.query('select 1')).rejects.toThrow('ECONNREFUSED')
  expect(pointsOf(await metrics(), 'verifull.connection.failures')).toEqual([[{ 'error.type': 'ECONNREFUSED' }, 1]])
})

/** The SDK's own type of a descriptor, which it does not export. */
interface InstrumentDescriptor {
  readonly name: string
  readonly type: string
  readonly unit: string
  readonly description: string
}

type Found = ReadonlyMap<string, MetricData>

function pointsOf(found: Found, metric: MetricName): readonly (readonly [Attributes, unknown])[] {
  return (found.get(metric)?.dataPoints ?? []).map(({ attributes, value }) => [attributes, value])
}

function boundsOf(found: Found, metric: MetricName): unknown {
  const [[, value] = []] = pointsOf(found, metric)
  return (value as Histogram).buckets.boundaries
}

function timesOf(found: Found, metric: MetricName): readonly object[] {
  return pointsOf(found, metric).map(([attributes, value]) => ({
    ...attributes,
    count: (value as { count: number }).count,
  }))
}
