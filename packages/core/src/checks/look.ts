import type { KnownEndpoint } from '../addresses/endpoint.ts'
import { negotiateTls } from '../dial/negotiate.ts'
import { network } from '../dial/network.ts'
import { noted } from '../dial/notes.ts'
import { openChannel } from '../dial/open-channel.ts'
import { handshakeRequest, secureChannel, type TlsTarget } from '../dial/secure-channel.ts'
import { TlsError } from '../errors/tls-error.ts'
import type { Profile } from '../profile/profile.ts'
import type { TlsSnapshot } from '../tls/material.ts'
import { createContext } from '../tls/secure-context.ts'
import type { CertificateFacts } from '../x509/certificate.ts'

/** One address, as it shows itself before any login. */
export interface Look {
  /** Time until the TCP connection was open, in milliseconds; absent if it never was. */
  readonly connectMs?: number
  /** Present if the handshake succeeded and the server was verified as the settings demand. */
  readonly tls?: {
    readonly protocol: string
    readonly cipher: string
    readonly group: string | undefined
    readonly alpn: string | undefined
    /** True if the server requested a client certificate. */
    readonly certificateRequested: boolean
  }
  /** The server's certificate and those above it: what it sent, and the trusted root if they lead to one. */
  readonly chain: readonly CertificateFacts[]
  /** The roots that the chain must lead to; absent if no attempt uses TLS. */
  readonly roots?: Pick<TlsSnapshot['roots'], 'kind' | 'source' | 'certificates'>
  /** The first failure; its message has cause and fix. */
  readonly error?: unknown
}

/**
 * Looks at one address of a server: TCP, the answer to the request for TLS, and the certificates. It sends neither a
 * start-up message nor a password, and the client certificate only where the connection itself would send it.
 *
 * @returns everything that was seen, and the error that ended the look; nothing is thrown. When `signal` aborts, its reason is the error.
 */
export async function look(
  profile: Profile,
  endpoint: KnownEndpoint,
  address: string,
  signal: AbortSignal,
): Promise<Look> {
  const begun = performance.now()
  let connectMs: number | undefined
  let tls: TlsSnapshot | undefined
  try {
    tls = await profile.tlsFor(endpoint)?.ready(signal)
    const channel = await openChannel(profile, { endpoint, address }, network, signal)
    connectMs = performance.now() - begun
    try {
      const attempt = profile.attempts.find((one) => one.kind === 'tls')
      if (!tls || attempt?.kind !== 'tls') return { connectMs, chain: [] }
      const { roots } = tls
      const secured = await secureChannel(channel, attempt, { profile, network, endpoint, address, tls }, () => {})
      const { protocol, cipher, group, alpn, certificateRequested, peer } = secured
      return { connectMs, tls: { protocol, cipher, group, alpn, certificateRequested }, chain: peer.chain, roots }
    } finally {
      channel.destroy()
    }
  } catch (error) {
    const chain =
      tls && isAboutCertificate(error) ? await shownChain({ profile, network, endpoint, address, tls }, signal) : []
    return {
      ...(connectMs !== undefined && { connectMs }),
      chain,
      ...(tls && { roots: tls.roots }),
      error: signal.aborted ? signal.reason : noted(error, profile),
    }
  }
}

function isAboutCertificate(error: unknown): boolean {
  return error instanceof TlsError && error.isVerification && error.code !== 'TLS_INJECTION'
}

/** The certificates that a server shows without proof; the connection ends with the handshake. */
async function shownChain(
  target: TlsTarget & { readonly tls: TlsSnapshot },
  signal: AbortSignal,
): Promise<readonly CertificateFacts[]> {
  const { profile, tls } = target
  try {
    const channel = await openChannel(profile, target, network, signal)
    try {
      const { min: minVersion, max: maxVersion } = tls.protocols
      const settings = { minVersion, ...(maxVersion && { maxVersion }) }
      // Without roots and without the client's certificate, which is for verified servers alone.
      const secureContext = createContext(
        { rootsPem: '', revocationLists: [], client: undefined, settings },
        ALL_GROUPS,
      )
      const request = {
        ...handshakeRequest(target, 'none'),
        secureContext,
        roots: NO_ROOTS,
        clientCertificate: undefined,
      }
      const { peer } = await negotiateTls(channel, request, profile.sslnegotiation, () => {})
      return peer.chain
    } finally {
      channel.destroy()
    }
  } catch {
    return []
  }
}

const NO_ROOTS = { kind: 'none', source: 'none', certificates: [] } as const
const ALL_GROUPS = 'auto'
