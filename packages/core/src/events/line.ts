import type { RuleFinding } from '../errors/finding.ts'
import type { ChannelName, Channels } from './channels.ts'
import type { CredentialsEvent } from './credentials.ts'
import type { EndpointEvent } from './endpoint.ts'
import type { PolicyEvent } from './policy.ts'
import type { CheckoutLeaked, PoolEvent, SessionRetired } from './pool.ts'
import type { ReportedFailure } from './reported-failure.ts'
import type { CertificateStats } from './stats.ts'
import type { TlsEvent } from './tls.ts'
import type { ConnectTrace } from './traces.ts'

/** Level of a line. */
export type Level = 'debug' | 'info' | 'warn' | 'error'

/** An event as a line of a log. */
export interface Line {
  readonly level: Level
  readonly text: string
  /** The event, with its channel. */
  readonly verifull: object
}

type Words = readonly [level: Level, text: string]

const WORDS: { readonly [Name in ChannelName]: (event: Channels[Name]) => Words } = {
  'verifull:credentials': wordsOfSecret,
  'verifull:endpoint': wordsOfEndpoint,
  'verifull:policy': wordsOfPolicy,
  'verifull:pool': wordsOfPool,
  'verifull:tls': wordsOfTls,
}

/** Returns the line of an event. */
export function lineOf<Name extends ChannelName>(channel: Name, event: Channels[Name]): Line {
  const [level, text] = WORDS[channel](event)
  return { level, text, verifull: { channel, ...event } }
}

/** Returns the line of a connection that was made, or that could not be made. */
export function lineOfConnect(context: ConnectTrace): Line {
  const { serverAddress, serverPort, phases, result, error } = context
  const verifull = { channel: 'verifull:connect', ...context }
  const last = phases.at(-1)
  const ms = last ? Math.round(last.startMs + last.durationMs) : 0
  if (error || !result) return { level: 'warn', text: `no connection after ${ms} ms: ${because(error)}`, verifull }
  const tls = result.tls ? `${result.tls.protocol}, verification ${result.tls.verification}` : 'plaintext'
  const text = `connected to ${serverAddress}:${serverPort} as ${result.user}, ${tls}, in ${ms} ms`
  return { level: result.tls ? 'debug' : 'info', text, verifull }
}

function wordsOfSecret(event: CredentialsEvent): Words {
  const { source } = event
  switch (event.kind) {
    case 'fetched': {
      const version = event.version === undefined ? '' : `, version ${event.version}`
      const end = event.expiresAt ? `, good until ${event.expiresAt.toISOString()}` : ''
      return ['info', `secret fetched from ${source}${version}${end}`]
    }
    case 'stale':
      return ['warn', `secret of ${source} is used ${seconds(event.ageMs)} past its time: ${because(event.error)}`]
    case 'failed':
      return ['warn', `no secret from ${source}: ${because(event.error)}`]
    case 'refused':
      return ['warn', `${placeOf(event.endpoint)} rejected the login with the secret of ${source} (${event.code})`]
  }
}

function wordsOfEndpoint(event: EndpointEvent): Words {
  const place = placeOf(event.endpoint)
  switch (event.kind) {
    case 'breaker':
      if (event.status === 'closed') return ['info', `${place} answers again`]
      return ['warn', `${place} is not usable at this moment: ${because(event.failure)}`]
    case 'role': {
      const role = event.role.isStandby ? 'a standby' : event.role.isReadOnly ? 'read-only' : 'the primary'
      return ['warn', `${place} is ${role} now`]
    }
    case 'addresses':
      return ['info', `${place} leads to ${event.addresses.join(', ')}; sessions to ${event.left.join(', ')} end`]
  }
}

function wordsOfPolicy(event: PolicyEvent): Words {
  if (event.kind === 'finding') return wordsOfFinding(event)
  const allowed = Object.keys(event.allow)
  const exceptions = allowed.length > 0 ? `, with ${allowed.join(', ')} allowed` : ''
  return ['info', `policy ${event.name} (from ${event.source})${exceptions}`]
}

function wordsOfFinding({ severity, message }: RuleFinding): Words {
  return [severity === 'note' ? 'info' : 'warn', message]
}

function wordsOfPool(event: PoolEvent): Words {
  const { active, waiting, max } = event.counts
  const pool = `pool ${event.pool}`
  const counts = `${active} of ${max} lent, ${waiting} waiting`
  switch (event.kind) {
    case 'opened':
      return ['debug', `${pool} opened a session to ${placeOf(event.endpoint)} in ${Math.round(event.connectMs)} ms`]
    case 'retired':
      return wordsOfRetired(event)
    case 'saturated':
      return ['warn', `${pool} is nearly exhausted: ${counts}`]
    case 'exhausted':
      return ['error', `${pool} lent nothing within ${seconds(event.waitedMs)}: ${counts}`]
    case 'queue-full':
      return ['error', `${pool} refuses a checkout, as ${event.limit} wait already: ${counts}`]
    case 'leak':
      return ['warn', `${pool} lent a session ${seconds(event.checkout.ageMs)} ago${by(event.checkout)}`]
    case 'drained': {
      const cut = event.cutOff > 0 ? `; ${event.cutOff} sessions were cut off` : ''
      return [event.cutOff > 0 ? 'warn' : 'info', `${pool} was closed in ${seconds(event.waitedMs)}${cut}`]
    }
  }
}

/** Reasons that belong to the ordinary life of a session. */
const ORDINARY: readonly string[] = ['idle', 'lifetime', 'closed']

function wordsOfRetired({ pool, endpoint, reason, sqlState, ageMs }: SessionRetired): Words {
  const why = sqlState === undefined ? reason : `${reason}, ${sqlState}`
  const level = ORDINARY.includes(reason) ? 'debug' : 'info'
  return [level, `pool ${pool} gave up a session to ${placeOf(endpoint)} after ${seconds(ageMs)}: ${why}`]
}

function wordsOfTls(event: TlsEvent): Words {
  switch (event.kind) {
    case 'reloaded': {
      const { version, roots } = event.version
      return ['info', `new TLS material is in use: load ${version}, roots from ${roots.source}`]
    }
    case 'reload-failed':
      return ['error', `new TLS material is not used: ${event.problems.map(({ message }) => message).join('; ')}`]
    case 'findings':
      return ['warn', event.findings.map(({ message }) => message).join('; ')]
    case 'expiring':
      return ['warn', expiryOf(event.certificate)]
  }
}

/** `the certificate of db.example:5432 (CN=db.example) expires in 9 days`. */
export function expiryOf({ of, source, subject, daysLeft, validTo }: CertificateStats): string {
  const noun = of === 'server' ? 'the certificate' : of === 'client' ? 'the client certificate' : 'the CA certificate'
  return `${noun} of ${source} (${subject}) ${daysLeft < 0 ? `expired on ${validTo.toISOString()}` : `expires in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`}`
}

function by({ state, stack }: CheckoutLeaked['checkout']): string {
  return `, and it is ${state}${stack === undefined ? '' : `; the event has the stack`}`
}

function because(failure: ReportedFailure | undefined): string {
  if (failure === undefined) return 'no answer so far'
  return failure.message.includes(failure.code) ? failure.message : `${failure.message} (${failure.code})`
}

function placeOf(endpoint: { readonly host: string; readonly port: number } | undefined): string {
  return endpoint ? `${endpoint.host}:${endpoint.port}` : 'a server'
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
