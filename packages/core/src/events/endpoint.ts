import type { ReportedFailure } from './reported-failure.ts'

/** An event on the diagnostics channel `verifull:endpoint`. */
export type EndpointEvent = BreakerChanged | RoleChanged | AddressesChanged

/** The server that an event is about. */
export interface EndpointOrigin {
  /** `host` is the configured name, or the address where no name is known; `address` the one that was dialed. */
  readonly endpoint: { readonly host: string; readonly port: number; readonly address?: string }
}

/** The circuit breaker of a server changed: after a failure (`open`), when one connection is tried, after a success. */
export interface BreakerChanged extends EndpointOrigin {
  readonly kind: 'breaker'
  readonly status: 'closed' | 'open' | 'half-open'
  readonly before: 'closed' | 'open' | 'half-open'
  /** The failure that opened it. */
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

/** The name of a server leads to other addresses than before. */
export interface AddressesChanged extends EndpointOrigin {
  readonly kind: 'addresses'
  readonly addresses: readonly string[]
  readonly before: readonly string[]
}
