import type { Address } from '../addresses/endpoint.ts'
import { endpointsOf } from '../endpoints/endpoints.ts'
import type { Phase } from '../events/phase.ts'
import { isOnThisMachine, isPrivate } from '../profile/on-this-machine.ts'
import type { Profile } from '../profile/profile.ts'
import { type Attempt, type Verification, verificationWith } from '../sslmode.ts'
import { groups } from '../tls/groups.ts'
import type { HandshakeRequest, HandshakeResult } from '../tls/handshake-request.ts'
import type { TlsSnapshot } from '../tls/material.ts'
import type { Channel, Network } from './channel.ts'
import { negotiateTls } from './negotiate.ts'

/** One address of a server, with the TLS material for it. */
export interface TlsTarget extends Address {
  readonly profile: Profile
  readonly network: Network
  /** TLS material for the address; undefined if no attempt uses TLS. */
  readonly tls: TlsSnapshot | undefined
}

/** Results of a handshake, with the verification that was done in it. */
export interface Secured extends HandshakeResult {
  readonly verification: Verification
  /** True if a client certificate was configured, sent or not. */
  readonly hadCertificate: boolean
}

/** Negotiates TLS on an open connection and verifies the server as far as the attempt says. */
export async function secureChannel(
  channel: Channel,
  attempt: Attempt & { kind: 'tls' },
  target: TlsTarget,
  enter: (phase: Phase) => void,
): Promise<Secured> {
  const { profile, tls } = target
  if (!tls) throw new TypeError('a profile with a TLS attempt has TLS material')
  const verification = verificationWith(attempt.verification, tls.roots.kind !== 'none')
  const offer = handshakeRequest({ ...target, tls }, verification)
  const facts = await negotiateTls(channel, offer, profile.sslnegotiation, enter, adviceWithoutTls(target))
  return { ...facts, verification, hadCertificate: tls.clientCertificate !== undefined }
}

/** Returns the client's side of a handshake with one address. */
export function handshakeRequest(
  { profile, network, endpoint, address, tls }: TlsTarget & { readonly tls: TlsSnapshot },
  verification: Verification,
): HandshakeRequest {
  return {
    secureContext: tls.secureContext(
      profile.keyExchange
        ? (groups.hybrid ?? NO_GROUP)
        : groups.for(endpointsOf(network).at(endpoint, address).choices.group),
    ),
    servername: profile.sslsni && isName(endpoint.host) ? endpoint.host : undefined,
    verification,
    host: endpoint.host,
    port: endpoint.port,
    roots: tls.roots,
    clientCertificate: tls.clientCertificate,
    protocols: tls.protocols,
    keyExchange: profile.keyExchange,
    alpnRequired: profile.sslnegotiation === 'direct',
  }
}

/** A group that OpenSSL rejects: a profile that demands a hybrid group exists only if this Node has one. */
const NO_GROUP = 'none'

/** Advice for a server without TLS, in development and test; undefined for the usual advice. */
function adviceWithoutTls({ profile: { policy }, endpoint }: TlsTarget): string | undefined {
  const isKept = policy === 'development' || (policy === 'test' && (isOnThisMachine(endpoint) || isPrivate(endpoint)))
  if (isKept)
    return `or, for a database of ${policy} that has none, say so: sslmode=disable (DB_SSL_MODE), which is kept`
  return policy === 'test' ? 'policy test allows plaintext to this machine and private addresses only' : undefined
}

/** False for digits and dots, or a colon: libpq sends no SNI for those. */
function isName(host: string): boolean {
  return !/^[\d.]*$/.test(host) && !host.includes(':')
}
