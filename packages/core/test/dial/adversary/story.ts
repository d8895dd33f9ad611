import type { Dialed } from '../../../src/dial/dialed.ts'
import type { Verification } from '../../../src/sslmode.ts'
import type { Answer } from './answers.ts'
import type { ClientMessage } from './client-message.ts'
import type { Settings } from './settings.ts'

/** State of a TLS handshake on the server, independent of the client's checks. */
export interface Handshake {
  readonly outcome: 'established' | 'unverified' | 'broken' | 'closed' | 'silence'
  /** Verification requested by the client. */
  readonly verification: Verification
  readonly alpnRequired: boolean
  /** RFC 5929's hash for channel binding; undefined for a certificate that defines none. */
  readonly endpointHash?: Buffer | undefined
}

/** State of one connection. */
export interface ConnectionStory {
  readonly host: string
  /** True if it does not leave the machine; chosen on first use. */
  readonly local: boolean
  /** The server's answers, in order. */
  readonly heard: readonly Answer[]
  readonly handshake: Handshake | undefined
  /** Identity of the peer; chosen on first use. */
  readonly peer: { readonly hasTrustedChain: boolean; readonly hasRightName: boolean }
  readonly destroyed: number
  readonly released: number
}

/** One message of the client, with the state at that time. */
export interface Sent {
  readonly message: ClientMessage
  readonly connection: ConnectionStory
  readonly encrypted: boolean
  /** The answers on this connection before it. */
  readonly heard: readonly Answer[]
  /** The last answer before it that is no notice; undefined for the first message. */
  readonly inAnswerTo: Answer | undefined
  /** The earlier connections. */
  readonly past: readonly ConnectionStory[]
  readonly afterDestroy: boolean
}

/** The events of one run. */
export interface Story {
  readonly settings: Settings
  readonly connections: readonly ConnectionStory[]
  readonly sent: readonly Sent[]
  /** Reason of the caller's abort, if the server fell silent. */
  readonly abortedWith: Error | undefined
  readonly listenersLeft: number
  readonly outcome: { readonly dialed: Dialed } | { readonly error: unknown } | 'never settled'
}

/** The accepted session and its connection. */
export function acceptedOf({
  outcome,
  connections,
}: Story): { dialed: Dialed; connection: ConnectionStory } | undefined {
  const connection = connections.at(-1)
  if (outcome === 'never settled' || !('dialed' in outcome) || !connection) return undefined
  return { dialed: outcome.dialed, connection }
}

/** The error of the search. */
export function errorOf({ outcome }: Story): unknown {
  return outcome !== 'never settled' && 'error' in outcome ? outcome.error : undefined
}

/** The run in a few lines, for the message of a failed test. */
export function tell({ settings, connections, sent, outcome }: Story, chosen: ReadonlyMap<string, unknown>): string {
  const lines = connections.map((connection) => {
    const said = sent.filter((one) => one.connection === connection)
    const messages = said.map(({ message, encrypted }) => `${message.kind}${encrypted ? ' (TLS)' : ''}`)
    return `${connection.host}: heard ${connection.heard.join(', ')}; handshake ${connection.handshake?.outcome}; sent ${messages.join(', ')}`
  })
  const end = outcome === 'never settled' ? outcome : 'dialed' in outcome ? 'accepted' : String(outcome.error)
  const choices = [...chosen].map(([name, value]) => `${name}: ${value}`)
  return [`sslmode ${settings.mode}`, ...choices, ...lines, end].join('\n  ')
}
