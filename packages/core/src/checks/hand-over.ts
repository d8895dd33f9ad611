import type { KnownEndpoint } from '../addresses/endpoint.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import type { Profile } from '../profile/profile.ts'
import type { Secret } from '../text/secret.ts'
import { withDeadline } from '../time/deadline.ts'
import type { TlsTexts } from '../tls/material.ts'

/** The connection of a profile as values, for a program that connects by itself. */
export interface Handover {
  /** The servers in the configured order, at least one; those that have another login than the first are left out. */
  readonly endpoints: readonly [KnownEndpoint, ...KnownEndpoint[]]
  readonly user: string
  /** Undefined if none is configured. */
  readonly password: Secret | undefined
  /** Undefined for the server's default, a database with the user's name. */
  readonly database: string | undefined
  /** Undefined if no attempt uses TLS. */
  readonly tls: (TlsTexts & { readonly min: string; readonly max?: string | undefined }) | undefined
}

/**
 * Fetches the secret and the TLS material of a profile, without a connection to the server.
 *
 * The profile goes on to keep its secret, such as a lease, until it is closed.
 *
 * @throws {@link CredentialsError} when there are no credentials; {@link ConnectError} `CLOSED` if the profile is closed.
 */
export async function handOver(profile: Profile, signal: AbortSignal): Promise<Handover> {
  await profile.lifetime.begin()
  const late = () => new CredentialsError('CREDENTIALS_UNAVAILABLE', 'the secret was not there in time', true)
  return await withDeadline(profile.deadlineMs, late, [signal, profile.lifetime.closing], async (bounded) => {
    const [first, ...others] = await Promise.all(profile.endpoints.map((one) => loginAt(profile, one, bounded)))
    if (!first) throw new TypeError('a profile has an endpoint')
    const { user, password, database, endpoint } = first
    const alike = others.filter((one) => one.user === user && one.password?.reveal() === password?.reveal())
    const snapshot = await profile.tlsFor(endpoint)?.ready(bounded)
    return {
      endpoints: [endpoint, ...alike.map((one) => one.endpoint)],
      user,
      password,
      database: profile.database ?? database,
      tls: snapshot && { ...snapshot.texts(), ...snapshot.protocols },
    }
  })
}

async function loginAt(profile: Profile, configured: Profile['endpoints'][number], signal: AbortSignal) {
  const { endpoint } = await profile.logins.prepare(configured, signal)
  const address = endpoint.kind === 'tcp' ? (endpoint.address ?? endpoint.host) : endpoint.path
  const ticket = await profile.logins.enter({ kind: 'tls', endpoint, address }, signal)
  ticket.done()
  return { endpoint, database: ticket.database, user: ticket.login.user, password: ticket.login.password }
}
