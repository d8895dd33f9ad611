import type { Attributes } from '@opentelemetry/api'
import type { ConnectTrace, PhaseTiming, TraceName, Traces } from '@verifull/core'
import { type AttributeName, attributes } from './attributes.ts'
import { versionOf } from './observations.ts'

/** A span: its attributes at the beginning and at the end, and its events. */
export interface SpanOf<Context> {
  readonly name: string
  readonly kind: 'client' | 'internal'
  readonly description: string
  readonly attributes: readonly AttributeName[]
  attributesOf(context: Context): Attributes
  eventsOf?(context: Context): readonly SpanEvent[]
}

/** An event of a span. */
export interface SpanEvent {
  readonly name: string
  /** Time since the beginning of the span, in milliseconds. */
  readonly afterMs: number
  readonly attributes: Attributes
}

/** The spans of the operations. */
export const SPANS: { readonly [Name in TraceName]: SpanOf<Traces[Name]> } = {
  'verifull:connect': {
    name: 'verifull.connect',
    kind: 'client',
    description:
      'A connection is made: all hosts, attempts and rounds. Its events are the phases (`credentials`, `lookup`, `connect`, `negotiation`, `handshake`, `authentication`, `session`) and the attempts that failed (`attempt failed`).',
    attributes: [
      'db.system.name',
      'db.namespace',
      'error.type',
      'network.peer.address',
      'network.peer.port',
      'network.transport',
      'server.address',
      'server.port',
      'tls.cipher',
      'tls.curve',
      'tls.established',
      'tls.next_protocol',
      'tls.protocol.name',
      'tls.protocol.version',
      'tls.server.hash.sha256',
      'tls.server.issuer',
      'tls.server.not_after',
      'tls.server.not_before',
      'tls.server.subject',
      'verifull.authentication.method',
      'verifull.channel_binding',
      'verifull.tls.client_certificate',
      'verifull.tls.verification',
    ],
    attributesOf: ofConnect,
    eventsOf: ({ phases, attempts }) => [...phases.map(ofPhase), ...failedAttempts({ phases, attempts })],
  },
  'verifull:credentials:fetch': {
    name: 'verifull.credentials.fetch',
    kind: 'internal',
    description:
      'A file, a function or a store is asked for a secret. Connections that need the same one share the request.',
    attributes: ['error.type', 'server.address', 'server.port', 'verifull.credential.source'],
    attributesOf: ({ source, serverAddress, serverPort, error }) =>
      attributes({
        'verifull.credential.source': source,
        'server.address': serverAddress,
        'server.port': serverPort,
        'error.type': error?.code,
      }),
  },
  'verifull:pool:acquire': {
    name: 'verifull.pool.acquire',
    kind: 'internal',
    description:
      'A pool is asked for a session, until it lends one or the checkout fails. Only with `poolSpans: true`.',
    attributes: [
      'db.client.connection.pool.name',
      'db.namespace',
      'db.system.name',
      'error.type',
      'server.address',
      'server.port',
      'verifull.pool.library',
    ],
    attributesOf: ({ pool, source, serverAddress, serverPort, database, error }) =>
      attributes({
        'db.system.name': 'postgresql',
        'db.namespace': database,
        'db.client.connection.pool.name': pool,
        'verifull.pool.library': source,
        'server.address': serverAddress,
        'server.port': serverPort,
        'error.type': error?.code,
      }),
  },
}

function ofConnect({ serverAddress, serverPort, database, result, error }: ConnectTrace): Attributes {
  const { address, port, authentication, channelBound, tls } = result ?? {}
  const isSocket = address?.startsWith('/')
  const { certificate } = tls ?? {}
  return attributes({
    'db.system.name': 'postgresql',
    'db.namespace': database,
    'server.address': serverAddress,
    'server.port': serverPort,
    'error.type': error?.code,
    'network.peer.address': address,
    'network.peer.port': isSocket ? undefined : port,
    'network.transport': address && (isSocket ? 'unix' : 'tcp'),
    'tls.established': result?.encrypted,
    'tls.protocol.name': tls && 'tls',
    'tls.protocol.version': tls && versionOf(tls.protocol),
    'tls.cipher': tls?.cipher,
    'tls.curve': tls?.group,
    'tls.next_protocol': tls?.alpn,
    'tls.server.subject': certificate?.subject,
    'tls.server.issuer': certificate?.issuer,
    'tls.server.not_before': certificate?.validFrom.toISOString(),
    'tls.server.not_after': certificate?.validTo.toISOString(),
    'tls.server.hash.sha256': certificate?.fingerprint256.replaceAll(':', ''),
    'verifull.tls.verification': tls?.verification,
    'verifull.tls.client_certificate': tls?.clientCertificate,
    'verifull.authentication.method': authentication,
    'verifull.channel_binding': channelBound,
  })
}

function ofPhase({ phase, startMs, durationMs, host, port, address }: PhaseTiming): SpanEvent {
  return {
    name: phase,
    afterMs: startMs,
    attributes: attributes({
      'verifull.phase.duration': durationMs / 1000,
      'server.address': host,
      'server.port': port,
      'network.peer.address': address,
    }),
  }
}

/** The attempts have no time of their own; they stand at the end of the phases so far. */
function failedAttempts({ phases, attempts }: Pick<ConnectTrace, 'phases' | 'attempts'>): readonly SpanEvent[] {
  const last = phases.at(-1)
  const afterMs = last ? last.startMs + last.durationMs : 0
  return attempts.map(({ host, port, address, attempt, code }) => ({
    name: 'attempt failed',
    afterMs,
    attributes: attributes({
      'server.address': host,
      'server.port': port,
      'network.peer.address': address,
      'verifull.attempt.kind': attempt,
      'error.type': code,
    }),
  }))
}
