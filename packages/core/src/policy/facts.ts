import type { SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { CertificateFlaw } from '../x509/certificate-flaws.ts'
import type { EndpointFacts, ServerFacts, SessionFacts } from './live-facts.ts'

/** Facts that rules judge, by the name with which a rule asks for them (`needs`); no secret is among them. */
export interface Facts {
  /** The settings as they were resolved. */
  readonly settings: SettingsFacts
  /** Flaws of the certificates that are configured; of a connection, those of the server's certificate and of the ones above it. */
  readonly certificates: readonly CertificateFlaw[]
  readonly password: PasswordFacts
  /** One connection as the client sees it. */
  readonly session: SessionFacts
  /** The server and the role, as the server reports them on that connection. */
  readonly server: ServerFacts
  /** The path to the server. */
  readonly endpoint: EndpointFacts
}

/** Facts about the settings of one server. */
export interface SettingsFacts {
  readonly sslmode: Sourced<SslMode>
  /** Hosts that are not this machine, as `host:port`. */
  readonly remoteHosts: readonly string[]
  /** Unix sockets that any user of the machine may have made, and whose owner is not checked. */
  readonly sharedSockets?: readonly string[]
  /** Sources that turn verification off (`option ssl.rejectUnauthorized=false`). */
  readonly verificationOff: readonly string[]
  /** Sources of a `checkServerIdentity` function. */
  readonly ownIdentityCheck: readonly string[]
  /** Source of the trusted roots, if they are the operating system's and a server is elsewhere. */
  readonly publicRoots?: string
  /** True if servers are verified without a revocation list. */
  readonly ignoresRevocation?: boolean
  /** Limits that are 0, so that a checkout waits without an end, as `parameter=0 (from source)`. */
  readonly endlessWaits?: readonly string[]
  /** The variables that Node and pg obey. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Facts about a password. */
export interface PasswordFacts {
  readonly source: string
  /** True for a value in a variable, a URL or an option, where it is easily seen; false for files and stores. */
  readonly inPlainSight: boolean
  /** True for `postgres`, `password`, the user's own name … */
  readonly wellKnown: boolean
  /** The `.env` file that holds this value, if one does. */
  readonly dotenvFile?: string
}
