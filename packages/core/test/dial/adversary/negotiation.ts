import type { Answer } from './answers.ts'
import type { Invariant } from './invariant.ts'
import { HOSTS } from './settings.ts'
import type { ConnectionStory, Sent, Story } from './story.ts'

/** Rules for unencrypted messages, and for attempts after a failure. */
export const NEGOTIATION_INVARIANTS: readonly Invariant[] = [
  nothingIsSentOnceTheServerRefusedOrBrokeTheRules,
  nothingIsSentOnADestroyedConnection,
  aSessionBeginsOncePerConnection,
  onlyTheRequestForTlsIsUnencryptedWhereTheModeHasNoPlaintext,
  plaintextLeavesTheMachineOnlyWhereThePolicyLetsIt,
  directNegotiationSendsNothingUnencrypted,
  directNegotiationDemandsAlpn,
  tlsFollowsAnAnswerOfSAlone,
  everyHandshakeVerifiesWhatTheModeDemands,
  nothingIsSentToAServerThatFailedItsVerification,
  noPlaintextFollowsAFailedVerification,
  noPlaintextFollowsAPasswordRefusedOverTls,
  preferFallsBackOnlyAfterNABrokenHandshakeOrARefusedSession,
  noConnectionFollowsBytesThatNobodyShouldHaveSent,
  theNextHostIsTriedOnlyWhileOneStartsUp,
  attemptsAndHostsBoundTheConnections,
]

/** Answers after which a PostgreSQL client sends nothing more on the connection. */
const ENDS: ReadonlySet<Answer> = new Set<Answer>([
  'E',
  'garbage byte',
  'S and more',
  'N and more',
  'SASL OAUTHBEARER',
  'continue, another nonce',
  'continue, huge iterations',
  'final, wrong',
  'final, wrong, and session',
  'final and session',
  'final',
  'GSS',
  'SSPI',
  'unknown request',
  'AuthenticationOk',
  'AuthenticationOk and session',
  'ReadyForQuery',
  'error 28P01',
  'error 28000',
  'error 53300',
  'error 57P03',
  'silence',
  'close',
])

function nothingIsSentOnceTheServerRefusedOrBrokeTheRules({ sent }: Story): boolean {
  return !sent.some(({ heard }) => heard.some((answer) => ENDS.has(answer)))
}

function nothingIsSentOnADestroyedConnection({ sent }: Story): boolean {
  return !sent.some(({ afterDestroy }) => afterDestroy)
}

function aSessionBeginsOncePerConnection({ sent, connections }: Story): boolean {
  const kinds = (connection: ConnectionStory) =>
    sent.filter((one) => one.connection === connection).map(({ message }) => message.kind)
  return connections.map(kinds).every((sentKinds) => {
    const once = (kind: string) => sentKinds.filter((one) => one === kind).length <= 1
    return !sentKinds.includes('unknown') && once('SSLRequest') && once('StartupMessage')
  })
}

function onlyTheRequestForTlsIsUnencryptedWhereTheModeHasNoPlaintext({ sent, settings }: Story): boolean {
  return settings.allowsPlaintext || sent.every(({ encrypted, message }) => encrypted || message.kind === 'SSLRequest')
}

function plaintextLeavesTheMachineOnlyWhereThePolicyLetsIt({ sent, settings }: Story): boolean {
  return sent
    .filter(isPlain)
    .every(
      ({ connection }) => (connection.local || settings.plaintext === 'anywhere') && settings.sslcertmode !== 'require',
    )
}

function directNegotiationSendsNothingUnencrypted({ sent, settings }: Story): boolean {
  return sent.every(({ encrypted }) => encrypted || settings.sslnegotiation === 'postgres')
}

/** Without ALPN, the client could reach a server of another protocol. */
function directNegotiationDemandsAlpn({ connections, settings }: Story): boolean {
  return connections.every(
    ({ handshake }) => !handshake || handshake.alpnRequired === (settings.sslnegotiation === 'direct'),
  )
}

function tlsFollowsAnAnswerOfSAlone({ connections, settings }: Story): boolean {
  return connections.every(
    ({ handshake, heard }) => !handshake || heard[0] === 'S' || settings.sslnegotiation === 'direct',
  )
}

function everyHandshakeVerifiesWhatTheModeDemands({ connections, settings }: Story): boolean {
  return connections.every(({ handshake }) => !handshake || handshake.verification === settings.verification)
}

function nothingIsSentToAServerThatFailedItsVerification({ sent }: Story): boolean {
  return sent.every(
    ({ message, connection: { handshake, peer } }) =>
      message.kind === 'SSLRequest' ||
      !handshake ||
      handshake.verification === 'none' ||
      (peer.hasTrustedChain && (handshake.verification === 'ca' || peer.hasRightName)),
  )
}

/** libpq's prefer continues in plaintext here, with the man in the middle that it has just detected. */
function noPlaintextFollowsAFailedVerification({ sent }: Story): boolean {
  return sent
    .filter(isPlain)
    .every(
      ({ connection, past }) => ![...past, connection].some(({ handshake }) => handshake?.outcome === 'unverified'),
    )
}

/** libpq's prefer sends the same password again here, in plaintext. */
function noPlaintextFollowsAPasswordRefusedOverTls({ sent }: Story): boolean {
  return sent
    .filter(isPlain)
    .every(
      ({ past }) =>
        !past.some(({ handshake, heard }) => handshake?.outcome === 'established' && heard.at(-1) === 'error 28P01'),
    )
}

function preferFallsBackOnlyAfterNABrokenHandshakeOrARefusedSession({ sent, settings }: Story): boolean {
  if (settings.mode !== 'prefer') return true
  return sent.filter(isPlain).every(({ connection, heard, past }) => {
    if (heard[0] === 'N') return connection.handshake === undefined
    const before = past.at(-1)
    if (before?.host !== connection.host) return false
    const { handshake } = before
    return handshake?.outcome === 'broken' || handshake?.outcome === 'closed' || refusals(before) === 1
  })
}

function refusals({ heard }: ConnectionStory): number {
  return heard.filter((answer) => answer.startsWith('error ')).length
}

/** An attacker on the network must not choose the next attempt. */
function noConnectionFollowsBytesThatNobodyShouldHaveSent({ connections }: Story): boolean {
  const mayGoOn = ({ heard, handshake }: ConnectionStory) =>
    handshake?.outcome === 'broken' || handshake?.outcome === 'closed' || heard.at(-1)?.startsWith('error ') === true
  return connections.slice(0, -1).every(mayGoOn)
}

function theNextHostIsTriedOnlyWhileOneStartsUp({ connections }: Story): boolean {
  return connections.every((connection, index) => {
    const before = connections[index - 1]
    return !before || before.host === connection.host || before.heard.at(-1) === 'error 57P03'
  })
}

function attemptsAndHostsBoundTheConnections({ connections, settings }: Story): boolean {
  const perHost = HOSTS.map(({ host }) => connections.filter((connection) => connection.host === host).length)
  return perHost.every((count) => count <= settings.attempts.length + (settings.turns?.renewed ?? 0))
}

/** Every unencrypted message but SSLRequest. */
function isPlain(one: Sent): boolean {
  return !one.encrypted && one.message.kind !== 'SSLRequest'
}
