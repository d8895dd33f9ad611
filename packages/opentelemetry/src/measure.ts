import type { Counter, Histogram, Meter, Observable } from '@opentelemetry/api'
import { onEvent, processStats, type Traces } from '@verifull/core'
import { countTimings, flushTimings, type TimingCounter } from '@verifull/core/adapter'
import { BUCKETS, METRICS, type Metric, type MetricName, type MetricWith } from './metrics.ts'
import { type Observation, observationsOf, type Series } from './observations.ts'
import { onOutcome } from './on-outcome.ts'
import { shield } from './shield.ts'

const SECOND_MS = 1000
const POOL = 'db.client.connection.pool.name'

/**
 * Feeds the metrics of a meter, and returns the function that ends it.
 *
 * @param times Takes the times of checkouts. Default: histograms of the meter.
 */
export function measure(meter: Meter, times: TimingCounter = histograms(meter)): () => void {
  const creations = histogram(meter, 'db.client.connection.create_time')
  const timeouts = counter(meter, 'db.client.connection.timeouts')
  const failures = counter(meter, 'verifull.connection.failures')
  const ends = [
    observe(meter),
    countTimings(times),
    onEvent('verifull:pool', (event) => {
      if (event.kind === 'opened') {
        creations.record(event.connectMs / SECOND_MS, { [POOL]: event.pool })
        // An alert can tell no time-out from no metric.
        timeouts.add(0, { [POOL]: event.pool })
      }
      if (event.kind === 'exhausted') timeouts.add(1, { [POOL]: event.pool })
    }),
    onOutcome('verifull:connect', ({ error }: Traces['verifull:connect']) => {
      if (error) failures.add(1, { 'error.type': error.code })
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** Observes the state of the process whenever metrics are collected. */
function observe(meter: Meter): () => void {
  const observables = new Map<MetricName, Observable>()
  for (const [name, { instrument, unit, description }] of Object.entries(METRICS) as [MetricName, Metric][]) {
    const options = { unit, description }
    if (instrument === 'updowncounter') observables.set(name, meter.createObservableUpDownCounter(name, options))
    if (instrument === 'gauge') observables.set(name, meter.createObservableGauge(name, options))
  }
  let before: Series = new Map()
  const collect: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    // Histograms are read after the observations.
    flushTimings()
    const series = observationsOf(processStats())
    const gone = [...before].filter(([key]) => !series.has(key)).map(([, one]) => one)
    before = series
    // The SDK goes on to report the last value of what is not observed any more.
    for (const one of [...series.values(), ...gone.filter(endsAtZero).map((one) => ({ ...one, value: 0 }))]) {
      const observable = observables.get(one.metric)
      if (observable) result.observe(observable, one.value, one.attributes)
    }
  }
  meter.addBatchObservableCallback(collect, [...observables.values()])
  return () => meter.removeBatchObservableCallback(collect, [...observables.values()])
}

/** False for a value of which 0 would be an alarm, or would say something else. */
function endsAtZero({ metric }: Observation): boolean {
  return METRICS[metric].instrument === 'updowncounter' || metric === 'verifull.breaker.state'
}

/** Records the times of checkouts in histograms of the meter. */
function histograms(meter: Meter): TimingCounter {
  const times = {
    wait: histogram(meter, 'db.client.connection.wait_time'),
    use: histogram(meter, 'db.client.connection.use_time'),
  }
  return {
    add(pool, kind, those) {
      const attributes = { [POOL]: pool }
      shield('the meter', () => {
        for (const ms of those) times[kind].record(ms / SECOND_MS, attributes)
      })
    },
  }
}

function histogram(meter: Meter, name: MetricWith<'histogram'>): Histogram {
  const { unit, description } = METRICS[name]
  return meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...BUCKETS] } })
}

function counter(meter: Meter, name: MetricWith<'counter'>): Counter {
  const { unit, description } = METRICS[name]
  return meter.createCounter(name, { unit, description })
}
