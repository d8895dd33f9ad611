import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { RecentMap } from '../time/recent-map.ts'
import { type CertificateFacts, inspectCertificate } from '../x509/certificate.ts'

/** The certificate of a server, with the chain above it. */
export interface PeerCertificate {
  readonly certificate: X509Certificate
  /** From the server's own certificate upwards: those that it sent, and the trusted root if they lead to one. */
  readonly chain: readonly CertificateFacts[]
}

const LONGEST_CHAIN = 16
const seen = new RecentMap<string, PeerCertificate>(64)

/**
 * Returns the peer's certificate, parsed once for all connections to it.
 *
 * On Node 20, `getPeerX509Certificate` would take it out of the socket for good, and leave `getPeerCertificate` empty.
 */
export function peerCertificate(socket: TLSSocket): PeerCertificate | undefined {
  const { raw, fingerprint256 } = socket.getPeerCertificate(false)
  if (!raw) return undefined
  const known = seen.get(fingerprint256)
  if (known) return known
  const chain = rawChain(socket.getPeerCertificate(true))
  const peer: PeerCertificate = {
    certificate: new X509Certificate(raw),
    get chain() {
      return chain.flatMap((one) => inspectCertificate({ raw: one }) ?? [])
    },
  }
  seen.set(fingerprint256, peer)
  return peer
}

/** Forgets a refused certificate: the server may send another chain with it next time. */
export function forgetPeerCertificate({ certificate }: PeerCertificate): void {
  seen.delete(certificate.fingerprint256)
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
