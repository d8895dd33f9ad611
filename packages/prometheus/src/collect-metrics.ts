import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type ConnectTrace, onEvent, processStats } from '@verifull/core'
import { checkedSettings, countTimings, shielded, wrongArgument } from '@verifull/core/adapter'
import { register as defaultRegister } from 'prom-client'
import { countConnection } from './connections.ts'
import {
  addInstruments,
  hasInstruments,
  type Instruments,
  type MetricRegistry,
  removeInstruments,
} from './instruments.ts'
import { Labels } from './labels.ts'
import { writeStats } from './scrape.ts'

/** Settings of {@link collectMetrics}. */
export interface MetricsSettings {
  /** Registry of prom-client. Default: its global one, `register`. */
  readonly register?: MetricRegistry
}

interface Collection {
  readonly instruments: Instruments
  readonly stop: () => void
}

const collections = new WeakMap<MetricRegistry, Collection>()

/**
 * Adds the metrics of all pools and connections of this process to a registry of prom-client, and returns the function that
 * takes them out again.
 *
 * To be called before `secureConfig()`, once for a registry; a second call returns the function of the first. A scrape reads
 * the state of the process and sends nothing to a server.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if `register` is no registry, or has a metric with one of the names.
 *
 * @example
 * import { collectMetrics } from '@verifull/prometheus'
 * import { register } from 'prom-client'
 *
 * const stop = collectMetrics()
 * console.log((await register.metrics()).includes('db_ssl_enabled')) // true
 * stop()
 */
export function collectMetrics(settings: MetricsSettings = {}): () => void {
  const { register = defaultRegister } = checkedSettings(settings, 'collectMetrics', { register: 'any' })
  if (!isRegistry(register)) {
    throw wrongArgument('collectMetrics', 'register', 'must be a Registry of prom-client')
  }
  const present = collections.get(register)
  if (present && hasInstruments(register, present.instruments)) return present.stop
  present?.stop()
  const collection = collect(register)
  collections.set(register, collection)
  return collection.stop
}

function collect(register: MetricRegistry): Collection {
  const labels = new Labels()
  const instruments: Instruments = addInstruments(
    register,
    oncePerTurn(() => writeStats(instruments, labels, processStats())),
  )
  const stops = [
    onConnect((context) => countConnection(instruments, labels, context)),
    countTimings({
      add(pool, kind, times) {
        const histogram =
          kind === 'wait' ? instruments.db_pool_wait_duration_seconds : instruments.db_pool_use_duration_seconds
        histogram.observe(labels.pool(pool), times)
      },
    }),
    ...countEvents(instruments, labels),
  ]
  const stop = () => {
    for (const one of stops.splice(0)) one()
    removeInstruments(register, instruments)
    if (collections.get(register)?.stop === stop) collections.delete(register)
  }
  return { instruments, stop }
}

/** Calls `listener` with each connection that was made or given up. */
function onConnect(listener: (context: ConnectTrace) => void): () => void {
  const ended = 'tracing:verifull:connect:asyncEnd'
  const listen = shielded(ended, (context) => listener(context as ConnectTrace))
  subscribe(ended, listen)
  return () => void unsubscribe(ended, listen)
}

/** `verifull:policy` and `verifull:pool` have no listener here: warnings are printed while nobody follows them. */
function countEvents(instruments: Instruments, labels: Labels): readonly (() => void)[] {
  return [
    onEvent('verifull:credentials', (event) => {
      const source = labels.source(event.source)
      if (event.kind === 'refused') instruments.db_credential_rejections_total.inc({ source })
      if (event.kind === 'fetched' || event.kind === 'failed') {
        instruments.db_credential_fetches_total.inc({ source, result: event.kind })
      }
    }),
    onEvent('verifull:endpoint', ({ kind, endpoint }) => {
      if (kind === 'role') instruments.db_server_role_changes_total.inc({ server: labels.server(endpoint) })
    }),
    onEvent('verifull:tls', ({ kind }) => {
      if (kind === 'reloaded') instruments.db_tls_reloads_total.inc({ result: 'reloaded' })
      if (kind === 'reload-failed') instruments.db_tls_reloads_total.inc({ result: 'failed' })
    }),
  ]
}

function isRegistry(value: unknown): value is MetricRegistry {
  const { registerMetric, getSingleMetric, removeSingleMetric } = value as Partial<MetricRegistry>
  return [registerMetric, getSingleMetric, removeSingleMetric].every((one) => typeof one === 'function')
}

/** Returns a function that does its work in the first of the calls that a registry makes for one scrape. */
function oncePerTurn(work: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    queueMicrotask(() => {
      isDone = false
    })
    work()
  }
}
