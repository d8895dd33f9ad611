import type { Dialed } from '../../../src/dial/dialed.ts'
import type { Verification } from '../../../src/sslmode.ts'
import type { Answer } from './answers.ts'
import type { ClientMessage } from './client-message.ts'
import type { Settings } from './settings.ts'

/** How far a TLS handshake came, as the server knows it, whatever the client checked. */
export interface Handshake {
  readonly outcome: 'established' | 'unverified' | 'broken' | 'closed' | 'silence'
  /** What the client asked to be verified. */
  readonly verification: Verification
  readonly alpnRequired: boolean
  /** The hash that RFC 5929 binds to; undefined for a certificate that has none. */
  readonly endpointHash?: Buffer | undefined
}

/** What is known of one connection so far. */
export interface ConnectionStory {
  readonly host: string
  /** True where it does not leave the machine; chosen when somebody asks. */
  readonly local: boolean
  /** The server's answers, in order. */
  readonly heard: readonly Answer[]
  readonly handshake: Handshake | undefined
  /** Whether the peer is who it should be; chosen when somebody asks. */
  readonly peer: { readonly hasTrustedChain: boolean; readonly hasRightName: boolean }
  readonly destroyed: number
  readonly released: number
}

/** One message that the client sent, with the state of affairs at that moment. */
export interface Sent {
  readonly message: ClientMessage
  readonly connection: ConnectionStory
  readonly encrypted: boolean
  /** The answers on this connection before it. */
  readonly heard: readonly Answer[]
  /** The last answer before it that was no notice; undefined for the first message. */
  readonly inAnswerTo: Answer | undefined
  /** Everything that was heard on earlier connections. */
  readonly past: readonly ConnectionStory[]
  readonly afterDestroy: boolean
}

/** All that happened in one run. */
export interface Story {
  readonly settings: Settings
  readonly connections: readonly ConnectionStory[]
  readonly sent: readonly Sent[]
  /** What a caller's signal was aborted with, where the server fell silent. */
  readonly abortedWith: Error | undefined
  readonly listenersLeft: number
  readonly outcome: { readonly dialed: Dialed } | { readonly error: unknown } | 'never settled'
}

/** The session that was accepted, and the connection it is on. */
export function acceptedOf({
  outcome,
  connections,
}: Story): { dialed: Dialed; connection: ConnectionStory } | undefined {
  const connection = connections.at(-1)
  if (outcome === 'never settled' || !('dialed' in outcome) || !connection) return undefined
  return { dialed: outcome.dialed, connection }
}

/** The error that the search ended with. */
export function errorOf({ outcome }: Story): unknown {
  return outcome !== 'never settled' && 'error' in outcome ? outcome.error : undefined
}

/** The story in a few lines, for the message of a test that fails. */
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
