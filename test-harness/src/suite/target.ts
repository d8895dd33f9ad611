import type { HostileScript, HostileTls } from '../hostile/script.ts'
import type { RoleName } from '../postgres/roles.ts'
import type { ShownCertificate } from './server-certificates.ts'

/** Who answers. */
export type Target = RealTarget | HostileTarget | SeveralTargets

/** Real PostgreSQL, behind a tap that counts connections; with `socket`, without one. */
export interface RealTarget {
  readonly role: RoleName
  /** What the server shows; `none` answers N. Default `good`. */
  readonly certificate?: ShownCertificate | 'none'
  /** The server asks for no client certificate. */
  readonly asksNoCertificate?: true
  readonly socket?: true
  /** Does not fill in the role's password. */
  readonly withoutPassword?: true
}

/** A server that follows a script; it is given the named certificate, `good` by default. */
export interface HostileTarget {
  readonly script: (tls: HostileTls) => HostileScript
  readonly certificate?: ShownCertificate
}

/** Several servers, tried by the client in this order; the cell's connections are those to all of them. */
export interface SeveralTargets {
  readonly hosts: readonly ('primary' | 'standby' | 'closed' | HostileTarget)[]
  readonly role: RoleName
}
