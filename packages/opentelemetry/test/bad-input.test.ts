import { createNoopMeter, type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api'
import { ConfigurationError, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { type InstrumentSettings, instrument, type PoolTimesSettings, poolTimes } from '../src/index.ts'
import { startSdk } from './sdk.ts'

const database = await startDatabase()
afterAll(() => database.stop())

async function queryOnce() {
  const pool = new pg.Pool(secureConfig({}, database.settings))
  const { rows } = await pool.query('select 1 as one')
  await pool.end()
  return rows
}

test.each<[string, unknown, string]>([
  ['a name that is none', { metrics: {} }, 'metrics is no setting; there are meterProvider, tracerProvider, poolSpans'],
  ['a provider that is none', { meterProvider: {} }, 'meterProvider must be a MeterProvider of OpenTelemetry'],
  ['a tracer in its place', { tracerProvider: null }, 'tracerProvider must be a TracerProvider of OpenTelemetry'],
  ['a word', { poolSpans: 'yes' }, 'poolSpans must be true or false'],
  ['settings of poolTimes()', { poolTimes: { temporality: 'delta' } }, 'poolTimes must come from poolTimes()'],
  ['a counter of another kind', { poolTimes: { add: () => {} } }, 'poolTimes must come from poolTimes()'],
  ['no object', 'yes', 'settings must be an object'],
])('instrument: %s → refused by name', (_, settings, message) => {
  const call = () => instrument(settings as InstrumentSettings)
  expect(call).toThrow(ConfigurationError)
  expect(call).toThrow(message)
})

test.each<[string, unknown, string]>([
  ['a temporality that is none', { temporality: 'gauge' }, 'temporality must be cumulative or delta'],
  ['the number of one', { temporality: 0 }, 'temporality must be a string, not a number'],
  ['a name that is none', { temporal: 'delta' }, 'temporal'],
  ['no object', 'delta', 'settings must be an object'],
])('poolTimes: %s → refused by name', (_, settings, message) => {
  const call = () => poolTimes(settings as PoolTimesSettings)
  expect(call).toThrow(ConfigurationError)
  expect(call).toThrow(message)
})

test('instrument: providers that throw at every call → a warning for each place, once, and the query is answered', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warned.mockRestore())
  const thrown = () => {
    throw new TypeError('the secret is in here')
  }
  const meter = {
    createHistogram: () => ({ record: thrown }),
    createCounter: () => ({ add: thrown }),
    createObservableUpDownCounter: () => ({}),
    createObservableGauge: () => ({}),
    addBatchObservableCallback: () => {},
    removeBatchObservableCallback: thrown,
  }
  const stop = instrument({
    meterProvider: { getMeter: () => meter } as unknown as MeterProvider,
    tracerProvider: { getTracer: () => ({ startSpan: thrown }) } as unknown as TracerProvider,
  })
  for (let round = 0; round < 2; round++) expect(await queryOnce()).toEqual([{ one: 1 }])
  stop()
  const messages = warned.mock.calls.map(([message]) => String(message))
  expect(messages).toHaveLength(new Set(messages).size)
  expect(messages.join('\n')).toContain(
    'OpenTelemetry failed at verifull:connect (TypeError); connections go on without it',
  )
  expect(messages.join('\n')).not.toContain('the secret is in here')
  const refusing = { getMeter: thrown, getTracer: thrown } as unknown as MeterProvider & TracerProvider
  const end = instrument({ meterProvider: refusing, tracerProvider: refusing })
  expect(await queryOnce()).toEqual([{ one: 1 }])
  end()
})

test('instrument: called twice → the second takes the place of the first, and nothing is counted twice', async () => {
  const [first, second] = [startSdk(), startSdk()]
  const stopFirst = instrument({ meterProvider: first.meterProvider, tracerProvider: first.tracerProvider })
  const stop = instrument({ meterProvider: second.meterProvider, tracerProvider: second.tracerProvider })
  await queryOnce()
  stopFirst()
  await queryOnce()
  stop()
  await queryOnce()
  expect(first.spans()).toHaveLength(0)
  expect(second.spans()).toHaveLength(2)
  const created = (await second.metrics()).get('db.client.connection.create_time')
  expect(created?.dataPoints.map(({ value }) => (value as { count: number }).count)).toEqual([2])
  expect((await first.metrics()).get('db.client.connection.create_time')?.dataPoints ?? []).toEqual([])
})

test('instrument: before the SDK is registered → no metrics until then, and all of them from the next connection on', async () => {
  expect(metrics.getMeterProvider().getMeter('any')).toBe(createNoopMeter())
  const stop = instrument()
  expect(await queryOnce()).toEqual([{ one: 1 }])
  const sdk = startSdk()
  metrics.setGlobalMeterProvider(sdk.meterProvider)
  trace.setGlobalTracerProvider(sdk.tracerProvider)
  onTestFinished(() => {
    metrics.disable()
    trace.disable()
  })
  await queryOnce()
  await queryOnce()
  stop()
  const created = (await sdk.metrics()).get('db.client.connection.create_time')
  expect(created?.dataPoints.map(({ value }) => (value as { count: number }).count)).toEqual([2])
  expect(sdk.spans().map(({ name }) => name)).toEqual(['verifull.connect', 'verifull.connect'])
})
