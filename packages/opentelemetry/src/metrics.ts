import type { AttributeName } from './attributes.ts'

/** A metric: its instrument, its unit and its attributes. */
export interface Metric {
  /** `counter` and `histogram` are recorded when something happens, the others observed when metrics are collected. */
  readonly instrument: 'counter' | 'gauge' | 'histogram' | 'updowncounter'
  /** In UCUM. */
  readonly unit: string
  readonly description: string
  readonly attributes: readonly AttributeName[]
}

const POOL = 'db.client.connection.pool.name'
const SERVER = ['server.address', 'server.port'] as const

/** All metrics: the nine of the semantic conventions 1.44 for connection pools, and those proposed under `verifull.`. */
export const METRICS = {
  'db.client.connection.count': {
    instrument: 'updowncounter',
    unit: '{connection}',
    description: 'The number of connections that are currently in state described by the `state` attribute.',
    attributes: [POOL, 'db.client.connection.state'],
  },
  'db.client.connection.idle.max': {
    instrument: 'updowncounter',
    unit: '{connection}',
    description: 'The maximum number of idle open connections allowed.',
    attributes: [POOL],
  },
  'db.client.connection.idle.min': {
    instrument: 'updowncounter',
    unit: '{connection}',
    description: 'The minimum number of idle open connections allowed.',
    attributes: [POOL],
  },
  'db.client.connection.max': {
    instrument: 'updowncounter',
    unit: '{connection}',
    description: 'The maximum number of open connections allowed.',
    attributes: [POOL],
  },
  'db.client.connection.pending_requests': {
    instrument: 'updowncounter',
    unit: '{request}',
    description: 'The number of current pending requests for an open connection.',
    attributes: [POOL],
  },
  'db.client.connection.timeouts': {
    instrument: 'counter',
    unit: '{timeout}',
    description: 'The number of connection timeouts that have occurred trying to obtain a connection from the pool.',
    attributes: [POOL],
  },
  'db.client.connection.create_time': {
    instrument: 'histogram',
    unit: 's',
    description: 'The time it took to create a new connection.',
    attributes: [POOL],
  },
  'db.client.connection.wait_time': {
    instrument: 'histogram',
    unit: 's',
    description: 'The time it took to obtain an open connection from the pool.',
    attributes: [POOL],
  },
  'db.client.connection.use_time': {
    instrument: 'histogram',
    unit: 's',
    description: 'The time between borrowing a connection and returning it to the pool.',
    attributes: [POOL],
  },
  'verifull.breaker.state': {
    instrument: 'gauge',
    unit: '1',
    description: '1 for a state that the circuit breaker of an address of the server has, 0 for the others.',
    attributes: [...SERVER, 'verifull.breaker.state'],
  },
  'verifull.certificate.remaining': {
    instrument: 'gauge',
    unit: 's',
    description: 'Time until a certificate ends; below 0 for one that has ended.',
    attributes: ['verifull.certificate.usage', 'verifull.certificate.source', 'verifull.certificate.subject'],
  },
  'verifull.connection.failures': {
    instrument: 'counter',
    unit: '{failure}',
    description: 'Connections that could not be made, after all hosts and attempts.',
    attributes: ['error.type'],
  },
  'verifull.connection.open': {
    instrument: 'updowncounter',
    unit: '{connection}',
    description: 'Open connections to a server, with and without TLS; the facts of TLS are those of the latest one.',
    attributes: [...SERVER, 'tls.established', 'tls.protocol.version', 'tls.curve', 'verifull.tls.verification'],
  },
  'verifull.credential.age': {
    instrument: 'gauge',
    unit: 's',
    description: 'Time since a secret was fetched.',
    attributes: ['verifull.credential.source', ...SERVER],
  },
  'verifull.credential.generation': {
    instrument: 'gauge',
    unit: '{generation}',
    description: 'Number of different values that a secret has had in this process.',
    attributes: ['verifull.credential.source', ...SERVER],
  },
  'verifull.credential.rotation_lag': {
    instrument: 'gauge',
    unit: 's',
    description:
      'Time for which a secret has been used past its end, because no newer one could be fetched; 0 for a good one.',
    attributes: ['verifull.credential.source', ...SERVER],
  },
  'verifull.replica.lag': {
    instrument: 'gauge',
    unit: 's',
    description: 'Time by which a standby is behind, where it is known.',
    attributes: SERVER,
  },
} as const satisfies Record<string, Metric>

/** Name of a metric. */
export type MetricName = keyof typeof METRICS

/** Names of the metrics with an instrument. */
export type MetricWith<Instrument extends Metric['instrument']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['instrument'] extends Instrument ? Name : never
}[MetricName]

/**
 * Upper bounds of the buckets of histograms, in seconds: those that the conventions have for `db.client.operation.duration`; for
 * the pool's they name none, and an SDK's own are for milliseconds.
 */
export const BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]
