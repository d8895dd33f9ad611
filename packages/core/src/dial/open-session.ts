import type { KnownEndpoint } from '../addresses/endpoint.ts'
import { authenticate } from '../auth/authenticate.ts'
import { endpointsOf } from '../endpoints/endpoints.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { ServerError } from '../errors/server-error.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Phase } from '../events/phase.ts'
import type { Profile } from '../profile/profile.ts'
import type { LoginTicket } from '../rotation/login-ticket.ts'
import type { Attempt } from '../sslmode.ts'
import { printable } from '../text/printable.ts'
import { endOfTls } from '../tls/alert.ts'
import { startupMessage, terminate } from '../wire/frontend-messages.ts'
import { MessageStream } from '../wire/message-stream.ts'
import { SessionMessages } from '../wire/session-messages.ts'
import type { AttemptPlan, Outcome } from './attempt.ts'
import { checkBlock, noteBlock } from './blocked-logins.ts'
import type { Channel } from './channel.ts'
import { linkOf } from './link.ts'
import { isLoginRejection } from './login-rejection.ts'
import { checkPlaintext, checkUnverified } from './reach.ts'
import { type Secured, secureChannel } from './secure-channel.ts'
import { readBehind, readSessionStart, type SessionStart } from './session.ts'
import { READ_ONLY, reportedRole, roleBesideReading, roleMismatch } from './target-session-attrs.ts'
import { tellRole } from './tell-endpoint.ts'

/** Takes an open connection to a session that is ready for queries: TLS, authentication, the server's role. */
export async function openSession(channel: Channel, attempt: Attempt, plan: AttemptPlan): Promise<Outcome> {
  const { profile, endpoint, address, log } = plan
  const enter = (phase: Phase) => {
    log.phase = phase
  }
  if (attempt.kind === 'plain') checkPlaintext(channel, plan)
  else if (attempt.verification !== 'full') checkUnverified(channel, plan)
  const secured = attempt.kind === 'tls' ? await secureChannel(channel, attempt, plan, enter) : undefined
  enter('authentication')
  const stream = new MessageStream(channel)
  const ticket = await profile.logins.enter({ endpoint, address, kind: attempt.kind }, plan.signal)
  const begun = await logIn(ticket, plan, async () => {
    checkBlock({ endpoint, user: ticket.login.user })
    stream.send(startupMessage(startupParameters(plan, ticket)))
    const link = linkOf(channel, plan, secured)
    const authentication = await authenticate(stream, link, profile.authentication, ticket.login, plan.signal)
    const clientCertificate = checkClientCertificate(profile, endpoint, secured)
    enter('session')
    return { authentication, clientCertificate, start: await readSessionStart(stream) }
  }).catch((error: unknown) => {
    // With TLS 1.3 a server rejects the client certificate after the handshake: its alert arrives at the next read.
    throw secured ? endOfTls(error, `${endpoint.host}:${endpoint.port}`, plan.tls?.clientCertificate) : error
  })
  if (!begun.ok) return { ...begun, ticket, channel }
  const { authentication, clientCertificate, start } = begun.result
  const state = endpointsOf(plan.network).at(endpoint, address)
  const role = reportedRole(start)
  const told = profile.readOnly ? roleBesideReading(role, state.role) : role
  tellRole({ endpoint, address }, told, state.reported(told, plan.login))
  const mismatch = await mismatchOf(plan, start, stream)
  if (mismatch !== undefined) {
    channel.send(terminate())
    throw new ConnectError('WRONG_ROLE', mismatch)
  }
  const isReplication = profile.startup.replication !== undefined || plan.startup.replication !== undefined
  const replay = readBehind(stream, start, isReplication)
  const serverVersion = versionOf(start)
  const mechanism = authentication.channelBound ? 'SCRAM-SHA-256-PLUS' : authentication.method
  state.choices = { group: secured?.group, mechanism, serverVersion }
  return {
    ok: true,
    channel,
    replay,
    messages: new SessionMessages(isReplication),
    start,
    retired: ticket.retired,
    peer: secured?.peer,
    attestation: {
      host: endpoint.host,
      address,
      port: endpoint.port,
      user: ticket.login.user,
      encrypted: secured !== undefined,
      ...(secured && { tls: { ...attestedTls(secured), clientCertificate } }),
      authentication,
      serverVersion,
      establishedAt: new Date(),
    },
  }
}

/** Result of a login, unless it failed for another reason than its credentials. */
type LoginResult<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: ServerError }

/**
 * Runs `begin` and reports its result to `ticket`. The login counts as accepted when the session has begun: a role that
 * must not log in is rejected only after its password was accepted.
 */
async function logIn<T>(ticket: LoginTicket, plan: AttemptPlan, begin: () => Promise<T>): Promise<LoginResult<T>> {
  try {
    const result = await begin()
    ticket.accepted()
    return { ok: true, result }
  } catch (error) {
    noteBlock(error, { endpoint: plan.endpoint, user: ticket.login.user })
    if (!isLoginRejection(error)) throw error
    ticket.rejected(error)
    return { ok: false, error }
  } finally {
    ticket.done()
  }
}

/** The driver's own run-time parameters below the profile's; user and database are the profile's alone. */
function startupParameters(
  { profile, startup }: AttemptPlan,
  { login, database: databaseOfSecret }: LoginTicket,
): Record<string, string> {
  const { user: _user, database: _database, ...driver } = startup
  const database = profile.database ?? databaseOfSecret
  return { user: login.user, ...(database !== undefined && { database }), ...driver, ...profile.startup }
}

/** libpq parameter `sslcertmode`: `require` fails if the server did not request a certificate, or none was configured. */
function checkClientCertificate(profile: Profile, endpoint: KnownEndpoint, secured: Secured | undefined): boolean {
  const had = secured?.hadCertificate ?? false
  const sent = had && secured?.certificateRequested === true
  if (profile.sslcertmode.value !== 'require' || sent) return sent
  const [did, fix] = had
    ? ['did not request an SSL certificate', 'set ssl_ca_file on the server']
    : ['accepted the connection without a valid SSL certificate', 'set sslcert and sslkey']
  throw new TlsError(
    'TLS_CLIENT_CERTIFICATE',
    `${endpoint.host}:${endpoint.port} ${did}, and sslcertmode=require (from ${profile.sslcertmode.source}); ${fix}`,
  )
}

/** Returns the reason that a session is of no use for its profile; undefined if it is of use. */
async function mismatchOf(
  { profile, role }: AttemptPlan,
  start: SessionStart,
  stream: MessageStream,
): Promise<string | undefined> {
  const mismatch = await roleMismatch(role, start, stream).catch(unknownRole)
  if (mismatch) return `${mismatch}, and target_session_attrs=${profile.targetSessionAttrs}`
  if (!profile.readOnly) return undefined
  const writable = await roleMismatch('read-only', start, stream).catch(unknownRole)
  return writable && `${writable}, and connections for reading must be: a pooler does not pass on ${READ_ONLY}`
}

/** libpq tries the next host if a server rejects the question about its role. */
function unknownRole(error: unknown): string {
  if (error instanceof ServerError) return `server does not tell its role (${error.message})`
  throw error
}

/** Made printable: the peer of an unverified connection may have written it. */
function versionOf({ parameters }: SessionStart): string | undefined {
  const version = parameters.get('server_version')
  return version === undefined ? undefined : printable(version)
}

function attestedTls({ protocol, cipher, group, alpn, verification, peer }: Secured) {
  return { protocol, cipher, group, alpn, verification, peerCertificate: peer.certificate }
}
