import type { SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { CertificateFinding } from '../x509/certificate-findings.ts'

/** What the rules judge: the settings as they were resolved, without any secret. */
export interface PolicyFacts {
  readonly sslmode: Sourced<SslMode>
  /** Hosts that are not this machine, as `host:port`. */
  readonly remoteHosts: readonly string[]
  /** Unix sockets that any user of the machine may have made, and whose owner nothing asks for. */
  readonly sharedSockets?: readonly string[]
  /** Where verification was turned off in so many words (`rejectUnauthorized: false`). */
  readonly verificationOff: readonly string[]
  /** Where a `checkServerIdentity` function was given. */
  readonly ownIdentityCheck: readonly string[]
  /** The variables that Node and pg obey. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly password?: PasswordFacts
  /** What the inspection of certificates found. */
  readonly certificates: readonly CertificateFinding[]
}

/** What the rules may know of the password. */
export interface PasswordFacts {
  readonly source: string
  /** True for a value in a variable, a URL or an option, where it is easily seen; false for files and stores. */
  readonly inPlainSight: boolean
  /** True for `postgres`, `password`, the user's own name … */
  readonly wellKnown: boolean
  /** The `.env` file that holds this value, where one does. */
  readonly dotenvFile?: string
}
