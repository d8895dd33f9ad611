import type { ConnectRequest } from './connect-request.ts'
import { demandKnown } from './known.ts'
import type { Refusal } from './refusal.ts'
import { refusalOf } from './refusal-of.ts'
import { WORK_PIECES, type Work } from './work.ts'

/**
 * Capabilities of a client, declared once. A cell that needs another one is reported as `unsupported`, never as passed.
 *
 * Absent ones are false.
 */
export interface Capabilities {
  /** Reads `PG*` and `HOME` from the request's environment. */
  readonly environment: boolean
  /** Reads `~/.postgresql/{root.crt,root.crl,postgresql.crt,postgresql.key}` below the request's `HOME`. */
  readonly homeFiles: boolean
  /** Reads `PGSERVICEFILE` and `~/.pg_service.conf`. */
  readonly serviceFile: boolean
  /** Reads `passfile` and `~/.pgpass`. */
  readonly passfile: boolean
  /** Takes {@link ConnectRequest.uri}. */
  readonly uri: boolean
  /** Connects to an address (`hostaddr`) and verifies another name (`host`). */
  readonly hostaddr: boolean
  /** Connects to a Unix socket if `host` is a folder. */
  readonly unixSockets: boolean
  /** Supports `sslrootcert=system` (libpq 16). */
  readonly systemRoots: boolean
  /** Supports `sslcrl` and `sslcrldir`. */
  readonly crl: boolean
  /** Supports `sslcert` and `sslkey`. */
  readonly clientCertificates: boolean
  /** Supports `sslcertmode` (libpq 16). */
  readonly certificateMode: boolean
  /** Supports `sslnegotiation` (libpq 17). */
  readonly directTls: boolean
  /** Supports `ssl_min_protocol_version` and `ssl_max_protocol_version`. */
  readonly protocolRange: boolean
  /** Supports `sslsni`. */
  readonly sni: boolean
  /** Supports `channel_binding`. */
  readonly channelBinding: boolean
  /** Supports `require_auth` (libpq 16). */
  readonly requireAuth: boolean
  /** Supports `requirepeer`. */
  readonly requirePeer: boolean
  /** Supports comma-separated lists in `host`, `hostaddr` and `port`. */
  readonly severalHosts: boolean
  /** Supports `target_session_attrs`. */
  readonly sessionAttributes: boolean
  /** Supports `load_balance_hosts` (libpq 16). */
  readonly loadBalance: boolean
}

/** The name of one capability. */
export type Capability = keyof Capabilities

/** An established connection. */
export interface Session {
  /** Runs one statement and resolves with its rows by column; the suite selects text columns only. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Ends the session. */
  close(): Promise<void>
}

/**
 * Binds a PostgreSQL client to the suite.
 *
 * @example
 * export const adapter = defineAdapter({
 *   name: 'my-driver 1.2',
 *   capabilities: { uri: true, crl: true },
 *   async connect({ parameters, environment, timeoutMs }) {
 *     const client = await myDriver.connect({ ...parameters, timeoutMs })
 *     return { query: async (sql) => (await client.query(sql)).rows, close: () => client.end() }
 *   },
 * })
 */
export interface Adapter {
  /** Name and version, for reports. */
  readonly name: string
  /** Capabilities of the client. */
  readonly capabilities: Readonly<Capabilities>
  /** Connects, or rejects with an error for {@link refusalOf}. */
  connect(request: ConnectRequest): Promise<Session>
  /** Classifies an error of {@link connect}. */
  refusalOf(error: unknown): Refusal
  /** Work beside connecting; each operation that is present is tested. Default: none. */
  readonly work?: Work
  /** Ends the adapter's own resources, such as child processes. Default: none. */
  close?(): Promise<void>
}

const NONE: Capabilities = {
  environment: false,
  homeFiles: false,
  serviceFile: false,
  passfile: false,
  uri: false,
  hostaddr: false,
  unixSockets: false,
  systemRoots: false,
  crl: false,
  clientCertificates: false,
  certificateMode: false,
  directTls: false,
  protocolRange: false,
  sni: false,
  channelBinding: false,
  requireAuth: false,
  requirePeer: false,
  severalHosts: false,
  sessionAttributes: false,
  loadBalance: false,
}

/** All capabilities, as the newest libpq has them. */
export const ALL_CAPABILITIES: Readonly<Capabilities> = Object.freeze(
  Object.fromEntries(Object.keys(NONE).map((name) => [name, true])) as unknown as Capabilities,
)

/** An adapter before {@link defineAdapter} completes it. */
export type AdapterDefinition = Omit<Adapter, 'capabilities' | 'refusalOf'> & {
  /** Omitted capabilities are false. */
  readonly capabilities: Partial<Capabilities>
  /** Default: the suite's `refusalOf`, which classifies the errors of Verifull, pg and Node. */
  readonly refusalOf?: Adapter['refusalOf']
}

/**
 * Completes and freezes an adapter.
 *
 * @throws Error for an unknown capability or operation of `work`, so that a misspelt name does not skip cells.
 * @example
 * defineAdapter({ name: 'bare', capabilities: {}, connect }).capabilities.crl // false
 */
export function defineAdapter(adapter: AdapterDefinition): Adapter {
  const { name, capabilities, work } = adapter
  const complain = (what: string): string => `adapter ${name}: unknown ${what}`
  demandKnown(complain('capability'), Object.keys(capabilities), Object.keys(NONE))
  demandKnown(complain('piece of work'), Object.keys(work ?? {}), ['open', 'close', ...WORK_PIECES])
  return Object.freeze({
    refusalOf,
    ...adapter,
    capabilities: Object.freeze({ ...NONE, ...capabilities }),
    ...(work === undefined ? {} : { work: Object.freeze(work) }),
  })
}
