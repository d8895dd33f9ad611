import type { EventEmitter } from 'node:events'
import { RecentMap } from '../time/recent-map.ts'

/** Most names of one server that are remembered. */
const MOST_NAMES = 64

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

/** The sessions for one name of a server. */
export interface NamedSession {
  readonly host: string
  /** Open sessions. */
  readonly open: number
  /** Those of them without TLS. */
  readonly plaintext: number
  /** The latest session, open or not; undefined before the first. */
  readonly latest: KnownSession | undefined
  /** The certificates of the latest session with TLS. */
  readonly peer: KnownChain | undefined
  /** The configurations that have tried to connect by this name. */
  readonly owners: { has(owner: object): boolean }
}

type Counted = { -readonly [Name in keyof NamedSession]: NamedSession[Name] } & { readonly owners: WeakSet<object> }

/** The sessions of this process at one server, by the names that it is reached by. */
export class NamedSessions {
  readonly #names = new RecentMap<string, Counted>(MOST_NAMES)

  /** All names by which a connection was tried. */
  get all(): readonly NamedSession[] {
    return [...this.#names].map(([, session]) => session)
  }

  /** Notes that a configuration tries to connect. */
  tried(host: string, owner: object): void {
    this.#of(host).owners.add(owner)
  }

  /** Notes a session until its socket closes. */
  opened(host: string, session: KnownSession, peer: KnownChain | undefined, socket: EventEmitter): void {
    const named = this.#of(host)
    const plaintext = session.encrypted ? 0 : 1
    named.open++
    named.plaintext += plaintext
    named.latest = session
    if (peer) named.peer = peer
    socket.once('close', () => {
      named.open--
      named.plaintext -= plaintext
    })
  }

  #of(host: string): Counted {
    const named = this.#names.get(host) ?? {
      host,
      open: 0,
      plaintext: 0,
      latest: undefined,
      peer: undefined,
      owners: new WeakSet(),
    }
    this.#names.set(host, named)
    return named
  }
}
