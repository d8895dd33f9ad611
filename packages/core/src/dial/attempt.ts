import { isLoopback } from '../addresses/loopback.ts'
import { isShared } from '../addresses/socket-path.ts'
import { authenticate, type Link } from '../auth/authenticate.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { ServerError } from '../errors/server-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Endpoint } from '../merge/endpoints.ts'
import type { TargetSessionAttrs } from '../parameters/parameters.ts'
import { isOnThisMachine, isPrivate } from '../profile/on-this-machine.ts'
import type { Profile } from '../profile/profile.ts'
import type { LoginTicket } from '../rotation/login-ticket.ts'
import { type Attempt, type Verification, verificationWith } from '../sslmode.ts'
import { printable } from '../text/printable.ts'
import { endOfTls } from '../tls/alert.ts'
import { groups } from '../tls/groups.ts'
import type { TlsVersion } from '../tls/material.ts'
import type { TlsFacts } from '../tls/offer.ts'
import { startupMessage, terminate } from '../wire/frontend-messages.ts'
import { MessageStream } from '../wire/message-stream.ts'
import { SessionMessages } from '../wire/session-messages.ts'
import { endpointBinding } from '../x509/signature-algorithm.ts'
import type { Attestation } from './attestation.ts'
import { checkBlock, noteBlock } from './blocked-logins.ts'
import type { Channel } from './channel.ts'
import { choicesOf, remember } from './endpoint-memory.ts'
import { negotiateTls, type Phase } from './negotiate.ts'
import { checkPlaintext, checkUnverified } from './reach.ts'
import { RefusedLogin, refusesLogin } from './refused-login.ts'
import { readBehind, readSessionStart, type SessionStart } from './session.ts'
import { roleMismatch } from './target-session-attrs.ts'

/** What one attempt is made with. */
export interface AttemptPlan {
  readonly profile: Profile
  readonly endpoint: Endpoint
  /** The address dialed, or the socket's path. */
  readonly address: string
  /** What a TLS attempt is made with. */
  readonly tls: TlsVersion | undefined
  /** The user of the credentials that were fetched before the socket was opened. */
  readonly user: string
  /** Ends the wait for permission to log in, and the login. */
  readonly signal: AbortSignal
  readonly role: Exclude<TargetSessionAttrs, 'prefer-standby'>
  readonly startup: Readonly<Record<string, string>>
}

/** A session that is ready, still in its channel. */
export interface Opened {
  /** {@link Dialed.replay} */
  readonly replay: Buffer
  /** {@link Dialed.messages} */
  readonly messages: SessionMessages
  readonly start: SessionStart
  readonly attestation: Omit<Attestation, 'failedAttempts'>
  /** Aborts when the connection is to be replaced. */
  readonly retired?: AbortSignal | undefined
}

/** Takes an open channel to a session that is ready: TLS, authentication, the server's role. */
export async function attempt(
  channel: Channel,
  way: Attempt,
  plan: AttemptPlan,
  enter: (phase: Phase) => void,
): Promise<Opened> {
  const { profile, endpoint } = plan
  if (way.kind === 'plain') checkPlaintext(channel, plan)
  else if (way.verification !== 'full') checkUnverified(channel, plan)
  const facts = way.kind === 'tls' ? await secure(channel, way, plan, enter) : undefined
  enter('authentication')
  const stream = new MessageStream(channel)
  const ticket = await profile.logins.enter({ endpoint, address: plan.address, kind: way.kind }, plan.signal)
  const { login } = ticket
  const { authentication, clientCertificate, start } = await withTicket(ticket, plan, async () => {
    checkBlock({ endpoint, user: login.user })
    stream.send(startupMessage(startupParameters(plan, ticket)))
    const link = linkOf(channel, plan, facts)
    const authentication = await authenticate(stream, link, profile.authentication, login, plan.signal)
    const clientCertificate = checkClientCertificate(profile, endpoint, facts)
    enter('session')
    return { authentication, clientCertificate, start: await readSessionStart(stream) }
  }).catch((error: unknown) => {
    // With TLS 1.3 a server refuses the client certificate after the handshake: its alert comes where we read on.
    throw facts ? endOfTls(error, `${endpoint.host}:${endpoint.port}`, plan.tls?.clientCertificate) : error
  })
  const mismatch = await roleMismatch(plan.role, start, stream).catch(unknownRole)
  if (mismatch) {
    channel.send(terminate())
    throw new ConnectError('WRONG_ROLE', `${mismatch}, and target_session_attrs=${profile.targetSessionAttrs}`)
  }
  const replication = isReplication(plan)
  const replay = readBehind(stream, start, replication)
  remember(placeOf(plan), {
    group: facts?.group,
    mechanism: authentication.channelBound ? 'SCRAM-SHA-256-PLUS' : authentication.method,
    serverVersion: versionOf(start),
  })
  return {
    replay,
    messages: new SessionMessages(replication),
    start,
    retired: ticket.retired,
    attestation: {
      host: endpoint.host,
      address: plan.address,
      port: endpoint.port,
      user: login.user,
      encrypted: facts !== undefined,
      ...(facts && { tls: { ...tlsOf(facts), clientCertificate } }),
      authentication,
      serverVersion: versionOf(start),
      establishedAt: new Date(),
    },
  }
}

/**
 * Runs `begin` and reports its result to `ticket`. The login counts as accepted when the session has begun: a role that
 * must not log in is rejected only after its password was accepted.
 *
 * @throws RefusedLogin when the server rejected the credentials, which may have changed meanwhile.
 */
async function withTicket<T>(ticket: LoginTicket, plan: AttemptPlan, begin: () => Promise<T>): Promise<T> {
  try {
    const session = await begin()
    ticket.accepted()
    return session
  } catch (error) {
    noteBlock(error, { endpoint: plan.endpoint, user: ticket.login.user })
    if (!refusesLogin(error)) throw error
    ticket.rejected(error)
    throw new RefusedLogin(ticket, error)
  } finally {
    ticket.done()
  }
}

/** Makes the connection a TLS one as the profile says, and verifies the server. */
export async function secure(
  channel: Channel,
  way: Attempt & { kind: 'tls' },
  plan: Pick<AttemptPlan, 'profile' | 'endpoint' | 'address' | 'tls'>,
  enter: (phase: Phase) => void,
): Promise<Secured> {
  const { profile, endpoint, tls: material } = plan
  if (!material) throw new TypeError('a profile with a TLS attempt has TLS material')
  const verification = verificationWith(way.verification, material.roots.kind !== 'none')
  const offer = {
    secureContext: material.secureContext(
      profile.keyExchange ? (groups.hybrid ?? NO_GROUP) : groups.for(choicesOf(placeOf(plan)).group),
    ),
    servername: profile.sslsni && isName(endpoint.host) ? endpoint.host : undefined,
    verification,
    host: endpoint.host,
    port: endpoint.port,
    roots: material.roots,
    clientCertificate: material.clientCertificate,
    protocols: material.protocols,
    keyExchange: profile.keyExchange,
    alpnRequired: profile.sslnegotiation === 'direct',
  }
  const facts = await negotiateTls(channel, offer, profile.sslnegotiation, enter, withoutTls(plan))
  return { ...facts, verification, hadCertificate: material.clientCertificate !== undefined }
}

/** A list that OpenSSL refuses: a profile that demands a hybrid group is made only where there is one. */
const NO_GROUP = 'none'

/** What to do in development and test, where the server has no TLS; elsewhere it is what negotiateTls says. */
function withoutTls({ profile: { policy }, endpoint }: Pick<AttemptPlan, 'profile' | 'endpoint'>): string | undefined {
  const kept = policy === 'development' || (policy === 'test' && (isOnThisMachine(endpoint) || isPrivate(endpoint)))
  if (kept) return `or, for a database of ${policy} that has none, say so: sslmode=disable (DB_SSL_MODE), which is kept`
  return policy === 'test' ? 'policy test allows plaintext to this machine and private addresses only' : undefined
}

/** The facts of the handshake, what was verified, and whether there was a client certificate to send in it. */
type Secured = TlsFacts & { readonly verification: Verification; readonly hadCertificate: boolean }

/** Whoever answered may have written it. */
function versionOf({ parameters }: SessionStart): string | undefined {
  const version = parameters.get('server_version')
  return version === undefined ? undefined : printable(version)
}

/** libpq goes on to the next host where a server does not answer the question about its role. */
function unknownRole(error: unknown): string {
  if (error instanceof ServerError) return `server does not tell its role (${error.message})`
  throw error
}

/** libpq sends SNI unless the host is made of digits and dots, or has a colon. */
function isName(host: string): boolean {
  return !/^[\d.]*$/.test(host) && !host.includes(':')
}

/** libpq parameter `sslcertmode`: `require` fails where the server did not ask for a certificate, or we had none. */
function checkClientCertificate(profile: Profile, endpoint: Endpoint, facts: Secured | undefined): boolean {
  const had = facts?.hadCertificate ?? false
  const sent = had && facts?.certificateRequested === true
  if (profile.sslcertmode.value !== 'require' || sent) return sent
  const [did, fix] = had
    ? ['did not request an SSL certificate', 'set ssl_ca_file on the server']
    : ['accepted the connection without a valid SSL certificate', 'set sslcert and sslkey']
  throw new TlsError(
    'TLS_CLIENT_CERTIFICATE',
    `${endpoint.host}:${endpoint.port} ${did}, and sslcertmode=require (from ${profile.sslcertmode.source}); ${fix}`,
  )
}

function linkOf(channel: Channel, plan: AttemptPlan, facts: Secured | undefined): Link {
  return {
    encrypted: facts !== undefined,
    local: channel.local ? !isTunnel(plan.endpoint) : channel.isPrivate === true && isTrusted(plan.profile),
    ...sharedSocket(plan),
    verification: facts?.verification ?? 'none',
    endpointBinding: facts && endpointBinding(facts.peerCertificate.raw),
  }
}

/** With requirepeer its owner is known; a way that cannot be looked at proves nothing. */
function sharedSocket({ profile, endpoint }: AttemptPlan): Pick<Link, 'isShared'> {
  const { socketPath } = endpoint
  if (socketPath === undefined || profile.requirepeer) return {}
  return { isShared: () => isShared(socketPath) ?? true }
}

/** Development and test, where a weaker mode was asked for, take a private network for their own. */
function isTrusted({ plaintext, authentication }: Profile): boolean {
  return plaintext !== 'loopback' && authentication.exposedPassword === 'encrypted'
}

/** What is dialed on loopback under another name is the near end of a tunnel: the bytes go on. */
function isTunnel({ host, address }: Endpoint): boolean {
  return address !== undefined && !isLoopback(host)
}

function tlsOf({ protocol, cipher, group, alpn, verification, peerCertificate }: Secured) {
  return { protocol, cipher, group, alpn, verification, peerCertificate }
}

/** The driver's own run-time parameters below the profile's; who logs in, and where, is the profile's alone. */
function startupParameters(
  { profile, startup }: AttemptPlan,
  { login, database: databaseOfSecret }: LoginTicket,
): Record<string, string> {
  const { user: _user, database: _database, ...driver } = startup
  const database = profile.database ?? databaseOfSecret
  return { user: login.user, ...(database !== undefined && { database }), ...driver, ...profile.startup }
}

/** libpq parameter `replication`, which makes the server a walsender. */
function isReplication({ profile, startup }: AttemptPlan): boolean {
  return profile.startup.replication !== undefined || startup.replication !== undefined
}

function placeOf({ address, endpoint }: Pick<AttemptPlan, 'address' | 'endpoint'>): string {
  return `${address}:${endpoint.port}`
}
