import type { ReportedFailure } from './reported-failure.ts'

/** An event on the diagnostics channel `verifull:endpoint`. */
export type EndpointEvent = BreakerChanged | RoleChanged | AddressesChanged

/** The server that an event is about. */
export interface EndpointOrigin {
  /** `host` is the name that is configured; `address` the one of it that was dialed. */
  readonly endpoint: { readonly host: string; readonly port: number; readonly address?: string }
}

/**
 * The circuit breaker of a server opens after a failure: it is tried by one connection at a time, with pauses. Or it closes,
 * because the server answers again.
 */
export interface BreakerChanged extends EndpointOrigin {
  readonly kind: 'breaker'
  readonly status: 'closed' | 'open'
  /** The failure that opened it; undefined when it closes. */
  readonly failure: ReportedFailure | undefined
}

/** A server reports another role than before: a promotion, a demotion, a switchover. */
export interface RoleChanged extends EndpointOrigin {
  readonly kind: 'role'
  readonly role: ReportedRole
  readonly before: ReportedRole
}

/** A role as a server reports it. */
export interface ReportedRole {
  readonly isStandby: boolean
  /** True if its sessions cannot write. */
  readonly isReadOnly: boolean
}

/** The name of a server does not lead any more to addresses of open sessions, which leave their pools. */
export interface AddressesChanged extends EndpointOrigin {
  readonly kind: 'addresses'
  /** The addresses of the name. */
  readonly addresses: readonly string[]
  /** The addresses that sessions leave. */
  readonly left: readonly string[]
}
