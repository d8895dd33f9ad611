/**
 * One place where PostgreSQL runs, and all that its users need to know to connect securely. It only adds hints to
 * diagnoses: nothing is trusted, and no check is left out, because of a host's name.
 */
export interface Provider {
  readonly id: string
  /** Its name for messages. */
  readonly name: string
  /** An endpoint of it, for documentation and tests; absent for a product that no name reveals. */
  readonly example?: string
  /** True for the name of one of its hosts, in lower case and without a final dot. */
  matches(host: string): boolean
  /** CAs above its certificates: in the system's roots, of its own, or none that could be verified. */
  readonly ca: 'public' | 'own' | 'none'
  /** The CA certificate, and the place to get it; ends a sentence that begins with its name. */
  readonly certificate: string
  /** True if the server's name must be sent in the handshake (SNI); undefined if that is not known. */
  readonly sni?: boolean
  /** True if SCRAM is bound to the channel; undefined if that is not known. */
  readonly channelBinding?: boolean
  /** Pooler or proxy in the path. */
  readonly pooler?: string
  /** The port of that pooler, where another port leads to the server itself. */
  readonly poolerPort?: number
  /** The provider's own step to a verified connection, in words. */
  readonly step: string
  /** Page that says so. */
  readonly source: string
  /** Month in which the facts were collected. */
  readonly date: string
  /** False if no page or server has confirmed a part of it. */
  readonly checked: boolean
}

/** Matches each host below one of these domains. */
export function below(...domains: readonly string[]): Provider['matches'] {
  return (host) => domains.some((domain) => host.endsWith(`.${domain}`))
}

/** Month in which the facts in this folder were collected. */
export const COLLECTED = '2026-11'
