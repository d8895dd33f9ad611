import type { HostileScript, HostileTls } from '../hostile/script.ts'
import type { RoleName } from '../postgres/roles.ts'
import type { ShownCertificate } from './server-certificates.ts'

/** The server or servers of a cell. */
export type Target = RealTarget | HostileTarget | SeveralTargets

/** A real PostgreSQL behind a tap that counts connections, or without one on a Unix socket. */
export interface RealTarget {
  /** Role to log in as. */
  readonly role: RoleName
  /** The server's certificate; `none` answers N to SSLRequest. Default `good`. */
  readonly certificate?: ShownCertificate | 'none'
  /** The server requests no client certificate. Default: it does. */
  readonly asksNoCertificate?: true
  /** Connects through the Unix socket. Default: TCP. */
  readonly socket?: true
  /** Leaves out the role's password. Default: it is given. */
  readonly withoutPassword?: true
}

/** A server that follows a script. */
export interface HostileTarget {
  /** The script, given its TLS configuration. */
  readonly script: (tls: HostileTls) => HostileScript
  /** The server's certificate. Default `good`. */
  readonly certificate?: ShownCertificate
}

/** Several servers in the order of the host list; connections to all of them are counted. */
export interface SeveralTargets {
  /** The servers. */
  readonly hosts: readonly ('primary' | 'standby' | 'closed' | HostileTarget)[]
  /** Role to log in as. */
  readonly role: RoleName
}
