import type { AuthenticationMethod } from '../../../src/auth/require-auth.ts'
import type { Answer } from './answers.ts'
import type { Invariant } from './invariant.ts'
import { acceptedOf, type ConnectionStory, type Story } from './story.ts'

/** Rules for sessions that the application gets, and for their attestation. */
export const SESSION_INVARIANTS: readonly Invariant[] = [
  aSessionIsAcceptedOnlyWhenTheServerIsReady,
  aSessionThatBeganWithScramNeedsTheServersProof,
  aSessionIsEncryptedWhereTheModeDemands,
  aPlaintextSessionStaysWhereThePolicyLetsIt,
  aSessionIsWithTheServerThatTheModeDemands,
  channelBindingRequireAcceptsBoundSessionsAlone,
  requireAuthAcceptsItsMethodsAlone,
  sslcertmodeRequireAcceptsSessionsWithACertificateAlone,
  theAttestationTellsTheTruth,
  theDriverGetsTheSessionStart,
]

function aSessionIsAcceptedOnlyWhenTheServerIsReady(story: Story): boolean {
  const accepted = acceptedOf(story)
  return !accepted || READY.has(spoken(accepted.connection).at(-1) as Answer)
}

function aSessionThatBeganWithScramNeedsTheServersProof(story: Story): boolean {
  const accepted = acceptedOf(story)
  if (!accepted || methodOf(accepted.connection) !== 'scram-sha-256') return true
  const answers = spoken(accepted.connection)
  const proof = answers.findIndex((answer) => answer === 'final' || answer === 'final and session')
  const ok = answers.findIndex((answer) => OK.has(answer))
  return proof >= 0 && proof <= ok && answers.indexOf('continue') === proof - 1
}

function aSessionIsEncryptedWhereTheModeDemands(story: Story): boolean {
  const accepted = acceptedOf(story)
  return !accepted || story.settings.allowsPlaintext || isEncrypted(accepted.connection)
}

function aPlaintextSessionStaysWhereThePolicyLetsIt(story: Story): boolean {
  const accepted = acceptedOf(story)
  if (!accepted || isEncrypted(accepted.connection)) return true
  return accepted.connection.local || story.settings.plaintext === 'anywhere'
}

function aSessionIsWithTheServerThatTheModeDemands(story: Story): boolean {
  const accepted = acceptedOf(story)
  if (!accepted || !isEncrypted(accepted.connection)) return true
  const { peer } = accepted.connection
  const { verification } = story.settings
  return verification === 'none' || (peer.hasTrustedChain && (verification === 'ca' || peer.hasRightName))
}

function channelBindingRequireAcceptsBoundSessionsAlone(story: Story): boolean {
  const accepted = acceptedOf(story)
  return !accepted || isBound(story, accepted.connection) || story.settings.channelBinding !== 'require'
}

function requireAuthAcceptsItsMethodsAlone(story: Story): boolean {
  const accepted = acceptedOf(story)
  return !accepted || story.settings.allows(methodOf(accepted.connection))
}

function sslcertmodeRequireAcceptsSessionsWithACertificateAlone(story: Story): boolean {
  const accepted = acceptedOf(story)
  if (!accepted || story.settings.sslcertmode !== 'require') return true
  return isEncrypted(accepted.connection) && story.settings.clientCertificate === 'sent'
}

function theAttestationTellsTheTruth(story: Story): boolean {
  const accepted = acceptedOf(story)
  if (!accepted) return true
  const { connection, dialed } = accepted
  const { attestation } = dialed
  const { authentication, tls } = attestation
  return (
    attestation.host === connection.host &&
    attestation.encrypted === isEncrypted(connection) &&
    tls?.verification === (isEncrypted(connection) ? connection.handshake?.verification : undefined) &&
    authentication.method === methodOf(connection) &&
    authentication.channelBound === isBound(story, connection) &&
    attestation.failedAttempts.length === failures(story.connections)
  )
}

/** One per connection before the last, and one per connection that was refused TLS and continued in plaintext. */
function failures(connections: readonly ConnectionStory[]): number {
  return connections.length - 1 + connections.filter(({ heard }) => heard[0] === 'N').length
}

/** From AuthenticationOk to ReadyForQuery, as a driver expects. */
function theDriverGetsTheSessionStart(story: Story): boolean {
  const accepted = acceptedOf(story)
  if (!accepted) return true
  const { replay } = accepted.dialed
  return replay.subarray(0, 9).equals(AUTHENTICATION_OK) && replay.subarray(-6).equals(READY_FOR_QUERY)
}

const AUTHENTICATION_OK = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

const READY: ReadonlySet<Answer> = new Set<Answer>([
  'ReadyForQuery',
  'AuthenticationOk and session',
  'final and session',
])
const OK: ReadonlySet<Answer> = new Set<Answer>([
  'AuthenticationOk',
  'AuthenticationOk and session',
  'final and session',
])

function spoken({ heard }: ConnectionStory): Answer[] {
  return heard.filter((answer) => answer !== 'notice')
}

function isEncrypted({ handshake }: ConnectionStory): boolean {
  return handshake?.outcome === 'established'
}

/** The server's authentication request, as seen on the wire. */
function methodOf(connection: ConnectionStory): AuthenticationMethod {
  const answers = spoken(connection)
  if (answers.includes('cleartext')) return 'password'
  if (answers.includes('md5')) return 'md5'
  return answers.some((answer) => answer.startsWith('SASL ')) ? 'scram-sha-256' : 'none'
}

function isBound({ sent }: Story, connection: ConnectionStory): boolean {
  return sent.some(
    ({ message, connection: its }) =>
      its === connection && message.kind === 'SASLInitialResponse' && message.mechanism === 'SCRAM-SHA-256-PLUS',
  )
}
