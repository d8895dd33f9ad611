import type { Attributes, HrTime } from '@opentelemetry/api'
import { checkedSettings, TimeSeries, type TimingKind, wrongArgument } from '@verifull/core/adapter'
import { BUCKETS, METRICS } from './metrics.ts'
import { SCOPE } from './scope.ts'

/** Settings of {@link poolTimes}. */
export interface PoolTimesSettings {
  /**
   * `delta` for an exporter that wants what is new since its last reading; one object then serves one reader. Default:
   * `cumulative`.
   */
  readonly temporality?: 'cumulative' | 'delta'
}

/** The SDK's numbers: it is no dependency. */
const CUMULATIVE = 1
const DELTA = 0
const HISTOGRAM = 0
const DOUBLE = 1

const KINDS = {
  wait: 'db.client.connection.wait_time',
  use: 'db.client.connection.use_time',
} as const satisfies Record<TimingKind, keyof typeof METRICS>

/** A histogram as a metric reader takes it. */
interface HistogramData {
  readonly descriptor: {
    readonly name: string
    readonly description: string
    readonly unit: string
    readonly valueType: typeof DOUBLE
  }
  readonly aggregationTemporality: typeof CUMULATIVE | typeof DELTA
  readonly dataPointType: typeof HISTOGRAM
  readonly dataPoints: {
    readonly startTime: HrTime
    readonly endTime: HrTime
    readonly attributes: Attributes
    readonly value: { buckets: { boundaries: number[]; counts: number[] }; sum: number; count: number }
  }[]
}

/** The resource of what is collected; a reader puts its own in the place. */
interface NoResource {
  readonly attributes: Attributes
  merge(): never
  getRawAttributes(): []
}

const NO_RESOURCE: NoResource = {
  attributes: {},
  merge() {
    throw new Error('the metrics of poolTimes() have the resource of the reader')
  },
  getRawAttributes: () => [],
}

/**
 * The times of checkouts as a metric reader collects them, a `MetricProducer` of OpenTelemetry's SDK. Its series are found by the
 * name of the pool; the SDK's own histogram writes the attributes out for each time.
 */
export class PoolTimes {
  readonly #isDelta: boolean
  readonly #times = { wait: new TimeSeries(BUCKETS), use: new TimeSeries(BUCKETS) }
  #since = now()

  /** @param isDelta True if a collection empties it. */
  constructor(isDelta: boolean) {
    this.#isDelta = isDelta
  }

  /** Adds times of a pool, in milliseconds. */
  add(pool: string, kind: TimingKind, times: readonly number[]): void {
    this.#times[kind].add(pool, times)
  }

  /** Returns the histograms; called by the reader. */
  async collect(): Promise<{
    resourceMetrics: { resource: NoResource; scopeMetrics: { scope: { name: string }; metrics: HistogramData[] }[] }
    errors: unknown[]
  }> {
    const metrics = [this.#histogram('wait'), this.#histogram('use')].filter(({ dataPoints }) => dataPoints.length > 0)
    if (this.#isDelta) {
      this.#since = now()
      for (const times of Object.values(this.#times)) times.clear()
    }
    const scopeMetrics = metrics.length > 0 ? [{ scope: { name: SCOPE }, metrics }] : []
    return { resourceMetrics: { resource: NO_RESOURCE, scopeMetrics }, errors: [] }
  }

  #histogram(kind: TimingKind): HistogramData {
    const name = KINDS[kind]
    const { unit, description } = METRICS[name]
    const [startTime, endTime] = [this.#since, now()]
    return {
      descriptor: { name, description, unit, valueType: DOUBLE },
      aggregationTemporality: this.#isDelta ? DELTA : CUMULATIVE,
      dataPointType: HISTOGRAM,
      dataPoints: this.#times[kind].entries().map(([pool, { counts, sum }]) => ({
        startTime,
        endTime,
        attributes: { 'db.client.connection.pool.name': pool },
        value: {
          buckets: { boundaries: [...BUCKETS], counts: [...counts] },
          sum,
          count: counts.reduce((all, count) => all + count, 0),
        },
      })),
    }
  }
}

/**
 * Returns what counts `db.client.connection.wait_time` and `use_time` in place of the SDK's histograms, which cost most of all
 * that is measured: for the `metricProducers` of a metric reader, and for {@link instrument}.
 *
 * @param settings `temporality`, which the reader's exporter wants.
 * @throws {@link ConfigurationError} `CONFIGURATION` for a setting that does not exist, or a temporality that is none.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricproducer
 *
 * @example
 * import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
 * import { instrument, poolTimes } from '@verifull/opentelemetry'
 *
 * const times = poolTimes()
 * const reader = new PeriodicExportingMetricReader({ exporter: new InMemoryMetricExporter(1), metricProducers: [times] })
 * const meterProvider = new MeterProvider({ readers: [reader] })
 * const stop = instrument({ meterProvider, poolTimes: times })
 * stop()
 * await meterProvider.shutdown()
 */
export function poolTimes(settings: PoolTimesSettings = {}): PoolTimes {
  const { temporality = 'cumulative' } = checkedSettings(settings, 'poolTimes', { temporality: 'text' })
  if (temporality !== 'cumulative' && temporality !== 'delta') {
    throw wrongArgument('poolTimes', 'temporality', 'must be cumulative or delta')
  }
  return new PoolTimes(temporality === 'delta')
}

function now(): HrTime {
  const milliseconds = Date.now()
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000]
}
