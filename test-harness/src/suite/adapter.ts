import type { ConnectRequest } from './connect-request.ts'
import { demandKnown } from './known.ts'
import type { Refusal } from './refusal.ts'
import { refusalOf } from './refusal-of.ts'
import { WORK_PIECES, type Work } from './work.ts'

/**
 * What a client can do, declared once; a cell that needs more is reported as `unsupported`, never as passed.
 *
 * Everything absent is false.
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
  /** Connects to an address (`hostaddr`) under another name (`host`). */
  readonly hostaddr: boolean
  /** Connects to a `host` that is a folder. */
  readonly unixSockets: boolean
  /** Knows `sslrootcert=system` (libpq 16). */
  readonly systemRoots: boolean
  /** Knows `sslcrl` and `sslcrldir`. */
  readonly crl: boolean
  /** Knows `sslcert` and `sslkey`. */
  readonly clientCertificates: boolean
  /** Knows `sslcertmode` (libpq 16). */
  readonly certificateMode: boolean
  /** Knows `sslnegotiation` (libpq 17). */
  readonly directTls: boolean
  /** Knows `ssl_min_protocol_version` and `ssl_max_protocol_version`. */
  readonly protocolRange: boolean
  /** Knows `sslsni`. */
  readonly sni: boolean
  /** Knows `channel_binding`. */
  readonly channelBinding: boolean
  /** Knows `require_auth` (libpq 16). */
  readonly requireAuth: boolean
  /** Knows `requirepeer`. */
  readonly requirePeer: boolean
  /** Takes comma-separated lists in `host`, `hostaddr` and `port`. */
  readonly severalHosts: boolean
  /** Knows `target_session_attrs`. */
  readonly sessionAttributes: boolean
  /** Knows `load_balance_hosts` (libpq 16). */
  readonly loadBalance: boolean
}

/** The name of one capability. */
export type Capability = keyof Capabilities

/** An established connection. */
export interface Session {
  /** Runs one statement; the suite asks for text columns only. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  close(): Promise<void>
}

/**
 * What binds a PostgreSQL client to the suite.
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
  /** Name and version, as the report's column says it. */
  readonly name: string
  readonly capabilities: Readonly<Capabilities>
  /** Connects, or throws what {@link refusalOf} then classifies. */
  connect(request: ConnectRequest): Promise<Session>
  /** Classifies what {@link connect} threw. */
  refusalOf(error: unknown): Refusal
  /** What the client does beside connecting: each piece that is there is checked, none is asked for. */
  readonly work?: Work
  /** Ends what the adapter keeps running, such as child processes. */
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

/** Every capability: what a client that equals the newest libpq declares. */
export const ALL_CAPABILITIES: Readonly<Capabilities> = Object.freeze(
  Object.fromEntries(Object.keys(NONE).map((name) => [name, true])) as unknown as Capabilities,
)

/** An adapter as it is written down: what it leaves out, {@link defineAdapter} completes. */
export type AdapterDefinition = Omit<Adapter, 'capabilities' | 'refusalOf'> & {
  /** Those that are not named are false. */
  readonly capabilities: Partial<Capabilities>
  /** Default: the suite's own `refusalOf`, which knows the errors of Verifull, of pg and of Node. */
  readonly refusalOf?: Adapter['refusalOf']
}

/**
 * Completes and freezes an adapter.
 *
 * @throws Error for a capability or a piece of work that the suite does not know: a typing mistake must not leave cells out.
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
