import { AuthenticationError } from '../errors/authentication-error.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import type { Verification } from '../sslmode.ts'
import { printable } from '../text/printable.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { type AuthenticationRequest, readAuthentication } from '../wire/backend-messages.ts'
import { readErrorResponse } from '../wire/error-response.ts'
import { passwordMessage, saslInitialResponse, saslResponse } from '../wire/frontend-messages.ts'
import type { BackendMessage } from '../wire/reader.ts'
import { md5Response } from './md5.ts'
import type { AuthenticationMethod, RequiredAuthentication } from './require-auth.ts'
import { type Binding, ScramExchange } from './scram.ts'

/** Sends and receives the messages of an authentication. */
export interface Conversation {
  /**
   * Sends bytes.
   *
   * @param secret The secret in `bytes`, which is removed from all printed texts of the server.
   */
  send(bytes: Buffer, secret?: string): void
  message(): Promise<BackendMessage>
}

/** The properties of the link at the time of the server's authentication request. */
export interface Link {
  readonly encrypted: boolean
  /** True for a Unix-domain socket, for loopback, and for a private network that the policy treats as this machine. */
  readonly local: boolean
  /** True if any user of the machine may have made the socket; absent if that is impossible or known to be untrue. */
  readonly isShared?: () => boolean
  readonly verification: Verification
  /**
   * Hash of the server's certificate that SCRAM binds to (RFC 5929); undefined if its signature algorithm defines none.
   */
  readonly endpointBinding?: Buffer | undefined
}

/** The settings that an authentication request must satisfy. */
export interface AuthenticationTerms {
  readonly channelBinding: Sourced<'disable' | 'prefer' | 'require'>
  readonly requireAuth?: RequiredAuthentication | undefined
  /** The links that a cleartext or md5 password may cross: `encrypted` ones, or `verified` ones only. */
  readonly exposedPassword: 'encrypted' | 'verified'
}

/** The user and password of one login. */
export interface Login {
  /** Role to log in as. */
  readonly user: string
  /** Absent if none is configured; a server may still accept the client certificate or the socket's user. */
  readonly password?: Secret | undefined
  /** True if a cleartext or md5 password requires a fully verified server, even on this machine. Default: false. */
  readonly verifiedOnly?: boolean
}

/** The way the session was authenticated. */
export interface Authenticated {
  /** The method that the server asked for, as `require_auth` names it. */
  readonly method: AuthenticationMethod
  /** True if SCRAM was bound to the TLS channel (SCRAM-SHA-256-PLUS). */
  readonly channelBound: boolean
}

/**
 * Answers the server's authentication requests up to AuthenticationOk.
 *
 * Each request is checked against `require_auth`, `channel_binding` and the link before it is answered.
 *
 * @param signal Aborts when the connection is given up.
 * @throws {@link AuthenticationError} if a check fails, {@link CredentialsError} `CREDENTIALS_MISSING` without a
 * password, {@link ServerError} if the server rejects the login.
 */
export async function authenticate(
  conversation: Conversation,
  link: Link,
  terms: AuthenticationTerms,
  login: Login,
  signal: AbortSignal,
): Promise<Authenticated> {
  const request = await nextRequest(conversation)
  const method = methodOf(request)
  checkAllowed(method, terms)
  switch (request.kind) {
    case 'ok':
      if (terms.channelBinding.value === 'require') throw unbound(terms, 'authenticated us without a password')
      return { method, channelBound: false }
    case 'password':
    case 'md5': {
      if (terms.channelBinding.value === 'require') throw unbound(terms, `asks for ${method} authentication`)
      checkExposure(method, link, terms, login)
      const password = passwordOf(login, method)
      const sent = request.kind === 'password' ? password : md5Response(login.user, password, request.salt)
      conversation.send(passwordMessage(sent), sent)
      await expectOk(conversation)
      return { method, channelBound: false }
    }
    case 'sasl':
      return await scram(conversation, request.mechanisms, link, terms, login, signal)
    default:
      throw unsupported(method, request)
  }
}

async function scram(
  conversation: Conversation,
  mechanisms: readonly string[],
  link: Link,
  terms: AuthenticationTerms,
  login: Login,
  signal: AbortSignal,
): Promise<Authenticated> {
  const exchange = new ScramExchange(bindingFor(mechanisms, link, terms), link.verification === 'full')
  const password = passwordOf(login, 'scram-sha-256')
  conversation.send(saslInitialResponse(exchange.mechanism, exchange.first()))
  const first = await nextRequest(conversation)
  if (first.kind !== 'sasl-continue') throw outOfOrder()
  conversation.send(saslResponse(await exchange.final(first.data.toString('utf8'), password, signal)))
  const final = await nextRequest(conversation)
  if (final.kind !== 'sasl-final') throw outOfOrder()
  exchange.verify(final.data.toString('utf8'))
  await expectOk(conversation)
  return { method: 'scram-sha-256', channelBound: exchange.mechanism === 'SCRAM-SHA-256-PLUS' }
}

/**
 * Picks the binding as libpq does. An offer of SCRAM-SHA-256-PLUS without TLS means that TLS was stripped on the way.
 */
function bindingFor(mechanisms: readonly string[], link: Link, terms: AuthenticationTerms): Binding {
  const { value: wanted } = terms.channelBinding
  const plus = mechanisms.includes('SCRAM-SHA-256-PLUS')
  if (plus && !link.encrypted) {
    throw new AuthenticationError(
      'AUTH_CHANNEL_BINDING',
      'the server offers SCRAM-SHA-256-PLUS over an unencrypted connection: something between us took the TLS away',
    )
  }
  if (plus && wanted !== 'disable' && link.endpointBinding) return { flag: 'p', data: link.endpointBinding }
  if (wanted === 'require') {
    throw unbound(
      terms,
      link.encrypted && plus
        ? 'has a certificate whose signature algorithm defines no channel binding (RFC 5929); give it an RSA or ECDSA certificate'
        : `offers ${printable(mechanisms.join(', ')) || 'no mechanism'} only`,
    )
  }
  if (!mechanisms.includes('SCRAM-SHA-256')) {
    throw new AuthenticationError(
      'AUTH_UNSUPPORTED',
      `the server offers no SASL mechanism that is supported (${printable(mechanisms.join(', '))})`,
    )
  }
  return { flag: link.encrypted && !plus && wanted !== 'disable' ? 'y' : 'n' }
}

function methodOf(request: AuthenticationRequest): AuthenticationMethod {
  switch (request.kind) {
    case 'ok':
      return 'none'
    case 'sasl':
      return request.mechanisms.some((name) => name.startsWith('SCRAM-')) ? 'scram-sha-256' : 'oauth'
    case 'sasl-continue':
    case 'sasl-final':
      throw outOfOrder()
    case 'unknown':
      throw unsupported('unknown', request)
    default:
      return request.kind
  }
}

function checkAllowed(method: AuthenticationMethod, { requireAuth }: AuthenticationTerms): void {
  if (!requireAuth || requireAuth.allowed.has(method)) return
  const { value, source } = requireAuth.origin
  const did = method === 'none' ? 'did not ask for authentication' : `asks for ${method} authentication`
  throw new AuthenticationError(
    'AUTH_METHOD',
    `the server ${did}, and require_auth=${value} (from ${source}) does not allow that`,
  )
}

/** Checks that a cleartext or md5 password crosses only a link that protects it: md5 can be replayed and guessed. */
function checkExposure(
  method: 'password' | 'md5' | string,
  link: Link,
  terms: AuthenticationTerms,
  { verifiedOnly = false }: Login,
): void {
  if (link.local && terms.exposedPassword === 'verified' && link.isShared?.()) {
    throw new AuthenticationError(
      'AUTH_EXPOSED',
      `the server asks for ${method} authentication on a Unix socket that any user of this machine may have made, so it may be anyone; set requirepeer to the user that runs the server, move the socket to a folder where only the server may write, or use scram-sha-256 on the server`,
    )
  }
  if (link.local && !verifiedOnly) return
  if (!link.encrypted) {
    throw new AuthenticationError(
      'AUTH_EXPOSED',
      `the server asks for ${method} authentication over an unencrypted connection, where anyone on the network could read the password; use sslmode=verify-full, and scram-sha-256 on the server`,
    )
  }
  if ((terms.exposedPassword === 'verified' || verifiedOnly) && link.verification !== 'full') {
    throw new AuthenticationError(
      'AUTH_EXPOSED',
      `the server asks for ${method} authentication and its identity is not verified, so it may be anyone; use sslmode=verify-full`,
    )
  }
}

function passwordOf({ password }: Login, method: AuthenticationMethod): string {
  const value = password?.reveal()
  if (value) return value
  throw new CredentialsError(
    'CREDENTIALS_MISSING',
    `the server asks for ${method} authentication and no password is configured; set password, PGPASSWORD, DB_PASSWORD_FILE, a passfile line or secrets`,
    false,
  )
}

async function expectOk(conversation: Conversation): Promise<void> {
  const { kind } = await nextRequest(conversation)
  if (kind !== 'ok') throw outOfOrder()
}

/** Returns the next authentication request. Notices may come before it; an ErrorResponse is thrown. */
async function nextRequest(conversation: Conversation): Promise<AuthenticationRequest> {
  for (let notices = 0; notices < 100; notices++) {
    const message = await conversation.message()
    if (message.type === 'R') return readAuthentication(message)
    if (message.type === 'E') throw readErrorResponse(message)
    if (message.type !== 'N') break
  }
  throw new ConnectError('PROTOCOL', 'the server sent something else where PostgreSQL asks for authentication')
}

function unbound(terms: AuthenticationTerms, what: string): AuthenticationError {
  const { source } = terms.channelBinding
  return new AuthenticationError(
    'AUTH_CHANNEL_BINDING',
    `channel_binding=require (from ${source}) cannot be met: the server ${what}; a pooler or proxy that ends TLS may be in the path: connect to the server itself, or set channel_binding=prefer`,
  )
}

function unsupported(method: string, request: AuthenticationRequest): AuthenticationError {
  const number = 'type' in request ? ` (request ${request.type})` : ''
  return new AuthenticationError(
    'AUTH_UNSUPPORTED',
    `the server asks for ${method} authentication${number}, which is not supported; configure scram-sha-256 or certificate authentication in pg_hba.conf`,
  )
}

function outOfOrder(): AuthenticationError {
  return new AuthenticationError(
    'AUTH_SERVER',
    'the server sent authentication messages in an order that no PostgreSQL server uses',
  )
}
