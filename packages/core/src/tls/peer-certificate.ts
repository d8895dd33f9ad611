import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { RecentMap } from '../time/recent-map.ts'
import { type CertificateFacts, inspectCertificate } from '../x509/certificate.ts'
import type { TrustedRoots } from './trusted-roots.ts'

/** The certificate of a server, with the chain above it. */
export interface PeerCertificate {
  readonly certificate: X509Certificate
  /** From the server's own certificate upwards: those that it sent, and the trusted root if they lead to one. */
  readonly chain: readonly CertificateFacts[]
}

const LONGEST_CHAIN = 16
/** By the trusted roots: they decide where a chain ends. */
const seen = new WeakMap<TrustedRoots, RecentMap<string, PeerCertificate>>()

function seenWith(roots: TrustedRoots): RecentMap<string, PeerCertificate> {
  const known = seen.get(roots) ?? new RecentMap<string, PeerCertificate>(64)
  seen.set(roots, known)
  return known
}

/**
 * Returns the peer's certificate, parsed once for all connections to it with the same roots.
 *
 * On Node 20, `getPeerX509Certificate` would take it out of the socket for good, and leave `getPeerCertificate` empty.
 */
export function peerCertificate(socket: TLSSocket, roots: TrustedRoots): PeerCertificate | undefined {
  const { raw, fingerprint256 } = socket.getPeerCertificate(false)
  if (!raw) return undefined
  const known = seenWith(roots).get(fingerprint256)
  if (known) return known
  const chain = rawChain(socket.getPeerCertificate(true))
  const peer: PeerCertificate = {
    certificate: new X509Certificate(raw),
    get chain() {
      return factsOf(chain)
    },
  }
  seenWith(roots).set(fingerprint256, peer)
  return peer
}

/** Returns the peer's chain, its own certificate first; empty if it has shown none. */
export function peerChain(socket: TLSSocket): readonly CertificateFacts[] {
  const leaf = socket.getPeerCertificate(true)
  return leaf.raw ? factsOf(rawChain(leaf)) : []
}

function factsOf(chain: readonly Buffer[]): readonly CertificateFacts[] {
  return chain.flatMap((raw) => inspectCertificate({ raw }) ?? [])
}

/** Forgets a refused certificate: the server may send another chain with it next time. */
export function forgetPeerCertificate({ certificate }: PeerCertificate, roots: TrustedRoots): void {
  seenWith(roots).delete(certificate.fingerprint256)
}

function rawChain(leaf: DetailedPeerCertificate): readonly Buffer[] {
  const raws: Buffer[] = []
  let above: DetailedPeerCertificate | undefined = leaf
  while (above && raws.length < LONGEST_CHAIN) {
    raws.push(above.raw)
    // The last one is its own issuer, or has none.
    above = above.issuerCertificate === above ? undefined : above.issuerCertificate
  }
  return raws
}
