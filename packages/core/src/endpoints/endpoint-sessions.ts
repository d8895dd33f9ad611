import type { EventEmitter } from 'node:events'

/** Facts of a session that stay while it is open. */
export interface KnownSession {
  readonly establishedAt: Date
  readonly encrypted: boolean
  readonly tls?: {
    readonly protocol: string
    readonly cipher: string
    readonly group: string | undefined
    readonly verification: 'none' | 'ca' | 'full'
  }
  readonly authentication: { readonly method: string; readonly channelBound: boolean }
  readonly serverVersion: string | undefined
}

/** A certificate of a server and those above it; parsed when read. */
export interface KnownChain {
  readonly chain: readonly KnownCertificate[]
}

/** A certificate of a chain. */
export interface KnownCertificate {
  readonly subject: string
  readonly issuer: string
  readonly fingerprint256: string
  readonly validFrom: Date
  readonly validTo: Date
}

/** The sessions of this process at one server. */
export class EndpointSessions {
  #open = 0
  #plaintext = 0
  #latest: KnownSession | undefined
  #peer: KnownChain | undefined
  #isTried = false
  readonly #owners = new WeakSet<object>()

  /** True if a connection was tried. */
  get isTried(): boolean {
    return this.#isTried
  }

  /** Open sessions. */
  get open(): number {
    return this.#open
  }

  /** Those of them without TLS. */
  get plaintext(): number {
    return this.#plaintext
  }

  /** The latest session, open or not; undefined before the first. */
  get latest(): KnownSession | undefined {
    return this.#latest
  }

  /** The certificates of the latest session with TLS. */
  get peer(): KnownChain | undefined {
    return this.#peer
  }

  /** True if a configuration has tried to connect. */
  isTriedBy(owner: object): boolean {
    return this.#owners.has(owner)
  }

  /** Notes that a configuration tries to connect. */
  tried(owner: object): void {
    this.#isTried = true
    this.#owners.add(owner)
  }

  /** Notes a session until its socket closes. */
  opened(session: KnownSession, peer: KnownChain | undefined, socket: EventEmitter): void {
    const plaintext = session.encrypted ? 0 : 1
    this.#open++
    this.#plaintext += plaintext
    this.#latest = session
    if (peer) this.#peer = peer
    socket.once('close', () => {
      this.#open--
      this.#plaintext -= plaintext
    })
  }
}
