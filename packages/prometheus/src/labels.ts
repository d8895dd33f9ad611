import type { CredentialsOrigin } from '@verifull/core'
import { BoundedValues, OTHER } from './bounded-values.ts'
import type { METRICS } from './metrics.ts'

/** The values of a label, and the number of them; any further one is `other`. */
interface LabelDefinition {
  readonly values: string
  readonly most: number
}

/** All labels. */
export const LABELS = {
  server: {
    values:
      '`host:port` as it is configured, or as the secret says; `all` for a secret for all servers, `unknown` where only a secret names the server and none has come',
    most: 100,
  },
  pool: {
    values:
      'name of the pool, `db.example:5432/orders`, and `… #2` for a second one; the series of a pool end with the pool',
    most: 100,
  },
  source: {
    values:
      'parameter or variable that a secret or a certificate comes from, path of a file, or the server that sends a certificate',
    most: 50,
  },
  code: { values: 'a SQLSTATE, a name of errno, or a code of Verifull', most: 50 },
  reason: { values: '`plaintext` and `unverified`; of a retired connection the word in its event', most: 20 },
  protocol: { values: '`TLSv1.3`, `TLSv1.2`; `none` without TLS', most: 20 },
  key_exchange: {
    values: 'group of the key exchange as OpenSSL names it; `unknown` where Node does not say, `none` without TLS',
    most: 20,
  },
  verification: { values: '`full`: chain and name; `ca`: chain; `none`', most: 3 },
  encryption: { values: '`tls`, `none`', most: 2 },
  phase: {
    values: '`credentials`, `lookup`, `connect`, `negotiation`, `handshake`, `authentication`, `session`',
    most: 7,
  },
  state: { values: '`active`, `idle`, `connecting`', most: 3 },
  result: { values: '`fetched` and `failed`, `reloaded` and `failed`', most: 3 },
  of: { values: '`server`, `client`, `ca`', most: 3 },
} as const satisfies Readonly<Record<(typeof METRICS)[keyof typeof METRICS]['labels'][number], LabelDefinition>>

/** A SQLSTATE, a name of errno, or a code of ours; a server could send any text in its place. */
const CODE = /^(?:[0-9A-Z]{5}|[A-Z][0-9A-Z_]{2,39})$/

/** A server in an event or in the statistics. */
interface Place {
  readonly host?: string | undefined
  readonly port?: number | undefined
}

/** The labels of all series of one registry: readable values, of which there are only so many. */
export class Labels {
  readonly #servers = new BoundedValues(LABELS.server.most)
  readonly #pools = new BoundedValues(LABELS.pool.most)
  readonly #sources = new BoundedValues(LABELS.source.most)
  readonly #codes = new BoundedValues(LABELS.code.most)
  readonly #reasons = new BoundedValues(LABELS.reason.most)
  readonly #protocols = new BoundedValues(LABELS.protocol.most)
  readonly #groups = new BoundedValues(LABELS.key_exchange.most)

  server({ host, port }: Place): string {
    return host === undefined ? 'unknown' : this.#servers.of(`${host}:${port}`)
  }

  /** The label of a secret's server. */
  serverOf({ endpoint }: CredentialsOrigin): string {
    return endpoint ? this.server(endpoint) : 'all'
  }

  source(source: string): string {
    return this.#sources.of(source)
  }

  code(code: string): string {
    return CODE.test(code) ? this.#codes.of(code) : OTHER
  }

  reason(reason: string): string {
    return this.#reasons.of(reason)
  }

  protocol(protocol: string): string {
    return this.#protocols.of(protocol)
  }

  keyExchange(group: string | undefined): string {
    return this.#groups.of(group ?? 'unknown')
  }

  pool(pool: string): string {
    return this.#pools.of(pool)
  }

  /** Forgets the pools that are not among those that live, and returns their labels, whose series end. */
  endedPools(living: ReadonlySet<string>): readonly string[] {
    return this.#pools.keepOnly(living)
  }
}
