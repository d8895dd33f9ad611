import type { ConfigurationError } from '@verifull/core'
import { wrongArgument } from '@verifull/core/adapter'
import { Counter, Gauge, type Registry } from 'prom-client'
import { METRIC_NAMES, METRICS, type MetricDefinition, type MetricName } from './metrics.ts'
import { TimeHistogram } from './time-histogram.ts'

/** The part of a registry of prom-client that is used, which all its content types and major versions share. */
export type MetricRegistry = Pick<Registry, 'registerMetric' | 'getSingleMetric' | 'removeSingleMetric'>

type InstrumentOf<Type> = Type extends 'counter'
  ? Counter<string>
  : Type extends 'gauge'
    ? Gauge<string>
    : TimeHistogram

/** The objects in a registry by the names of their metrics. */
export type Instruments = { readonly [Name in MetricName]: InstrumentOf<(typeof METRICS)[Name]['type']> }

/**
 * Adds all metrics to a registry.
 *
 * @param collect Called before a metric is read.
 * @throws {@link ConfigurationError} `CONFIGURATION` if the registry has one of the names; it then stays as it was.
 */
export function addInstruments(register: MetricRegistry, collect: () => void): Instruments {
  const taken = METRIC_NAMES.filter((name) => register.getSingleMetric(name) !== undefined)
  if (taken.length > 0) throw alreadyThere(taken)
  const instruments = METRIC_NAMES.map((name) => [name, instrument(name, collect)] as const)
  for (const [, one] of instruments) register.registerMetric(one as never)
  return Object.fromEntries(instruments) as Instruments
}

/** Takes all metrics out of a registry, except those that others have put in their places. */
export function removeInstruments(register: MetricRegistry, instruments: Instruments): void {
  for (const name of METRIC_NAMES) {
    if ((register.getSingleMetric(name) as unknown) === instruments[name]) register.removeSingleMetric(name)
  }
}

/** True while a registry has all metrics, so that nobody has cleared it. */
export function hasInstruments(register: MetricRegistry, instruments: Instruments): boolean {
  return METRIC_NAMES.every((name) => (register.getSingleMetric(name) as unknown) === instruments[name])
}

function instrument(name: MetricName, collect: () => void): Counter<string> | Gauge<string> | TimeHistogram {
  const { type, help, labels, buckets = [], aggregator = 'sum' }: MetricDefinition = METRICS[name]
  if (type === 'histogram') return new TimeHistogram({ name, help, label: labels[0] ?? '', buckets, collect })
  const configuration = { name, help, labelNames: [...labels], registers: [], aggregator, collect }
  return type === 'counter' ? new Counter(configuration) : new Gauge(configuration)
}

function alreadyThere(taken: readonly string[]): ConfigurationError {
  const they = taken.length === 1 ? 'a metric' : 'metrics'
  return wrongArgument(
    'collectMetrics',
    'register',
    `has ${they} named ${taken.join(', ')} already; rename them there, or give collectMetrics() a registry of its own: collectMetrics({ register: new Registry() })`,
  )
}
