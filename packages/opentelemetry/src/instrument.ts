import {
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import type { TraceName } from '@verifull/core'
import { wrongArgument } from '@verifull/core/adapter'
import { follow } from './follow.ts'
import { measure } from './measure.ts'
import { onOutcome } from './on-outcome.ts'
import { PoolTimes } from './pool-times.ts'
import { SCOPE } from './scope.ts'
import { shield } from './shield.ts'

/** Settings of {@link instrument}. */
export interface InstrumentSettings {
  /** Default: the one that is registered with OpenTelemetry's API. */
  readonly meterProvider?: MeterProvider
  /** Default: the one that is registered with OpenTelemetry's API. */
  readonly tracerProvider?: TracerProvider
  /** Makes a span of each checkout as well, which costs about as much as a short query. Default: false. */
  readonly poolSpans?: boolean
  /** Counts the times of checkouts for a metric reader that has it as well. Default: histograms of the meter provider. */
  readonly poolTimes?: PoolTimes
}

/** The end of what runs, for all copies of this package in the process. */
const RUNNING = Symbol.for('verifull.opentelemetry')

/**
 * Gives OpenTelemetry the metrics of all pools, servers, secrets and certificates of this process, and a span for each
 * connection that is made and each secret that is fetched; returns the function that ends it.
 *
 * To be called once, best when the SDK has started; metrics begin with the first connection that finds one. A second call takes
 * the place of the first, so that nothing is counted twice. Without an SDK it does nothing. A provider that fails becomes a warning, once; connections go on without it.
 *
 * @param settings `meterProvider` and `tracerProvider`, for others than the registered ones; `poolSpans`; `poolTimes`.
 * @throws {@link ConfigurationError} `CONFIGURATION` for a provider that is none, or a setting that does not exist.
 *
 * @example
 * import { instrument } from '@verifull/opentelemetry'
 *
 * const stop = instrument()
 * stop()
 */
export function instrument(settings: InstrumentSettings = {}): () => void {
  const { meterProvider, tracerProvider, poolSpans = false, poolTimes } = checked(settings)
  const shared = globalThis as { [RUNNING]?: (() => void) | undefined }
  shared[RUNNING]?.()
  const names: TraceName[] = ['verifull:connect', 'verifull:credentials:fetch']
  if (poolSpans) names.push('verifull:pool:acquire')
  const ends = [
    measureOnceThere(() => (meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE), poolTimes),
    shield('the tracer provider', () => follow((tracerProvider ?? trace).getTracer(SCOPE), names)),
  ]
  const stop = () => {
    for (const end of ends.splice(0)) shield('the end', () => end?.())
    if (shared[RUNNING] === stop) shared[RUNNING] = undefined
  }
  shared[RUNNING] = stop
  return stop
}

/** Feeds the metrics of a meter, from the first connection on that finds one: without an SDK there is none. */
function measureOnceThere(meterOf: () => Meter, times: PoolTimes | undefined): () => void {
  let end: (() => void) | undefined
  const begin = () => {
    const meter = shield('the meter provider', meterOf)
    if (!meter || meter === createNoopMeter()) return
    end?.()
    end = shield('the meter', () => measure(meter, times)) ?? (() => {})
  }
  begin()
  if (!end) end = onOutcome('verifull:connect', begin)
  return () => end?.()
}

const CHECKS: { readonly [Name in keyof InstrumentSettings]-?: (value: object) => boolean } = {
  meterProvider: (value) => typeof (value as Partial<MeterProvider>).getMeter === 'function',
  tracerProvider: (value) => typeof (value as Partial<TracerProvider>).getTracer === 'function',
  poolSpans: (value) => typeof value === 'boolean',
  poolTimes: (value) => value instanceof PoolTimes,
}
const WANTED = {
  meterProvider: 'must be a MeterProvider of OpenTelemetry, with getMeter()',
  tracerProvider: 'must be a TracerProvider of OpenTelemetry, with getTracer()',
  poolSpans: 'must be true or false',
  poolTimes: 'must come from poolTimes()',
} as const

function checked(settings: InstrumentSettings): InstrumentSettings {
  if (typeof settings !== 'object' || settings === null) {
    throw wrongArgument('instrument', 'settings', 'must be an object such as { poolSpans: true }')
  }
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(CHECKS, name)) {
      throw wrongArgument('instrument', name, `is no setting; there are ${Object.keys(CHECKS).join(', ')}`)
    }
    const setting = name as keyof InstrumentSettings
    if (value !== undefined && (value === null || !CHECKS[setting](value))) {
      throw wrongArgument('instrument', name, WANTED[setting])
    }
  }
  return settings
}
