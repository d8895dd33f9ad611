import type { Address } from '../addresses/endpoint.ts'
import type { EndpointState, ServerRole } from '../endpoints/endpoint-state.ts'
import type { EndpointOrigin } from '../events/endpoint.ts'
import { publish } from '../events/publish.ts'

/** Reports the result of an attempt, and tells of the circuit breaker of the server if that changes it. */
export function tellBreaker(at: Address, state: EndpointState, report: () => void): void {
  const before = state.status
  report()
  const { status, failure } = state
  if (before === 'closed' && status !== 'closed') {
    const { code = 'UNKNOWN', reason = '', error } = failure ?? {}
    const name = error instanceof Error ? error.name : 'Error'
    publish('verifull:endpoint', {
      ...originOf(at),
      kind: 'breaker',
      status: 'open',
      failure: { name, code, message: reason },
    })
  } else if (before !== 'closed' && status === 'closed') {
    publish('verifull:endpoint', { ...originOf(at), kind: 'breaker', status: 'closed', failure: undefined })
  }
}

/** Tells of the role that a server reports, if it had another one before. */
export function tellRole(at: Address, role: ServerRole | undefined, before: ServerRole | undefined): void {
  if (!role || !before) return
  publish('verifull:endpoint', { ...originOf(at), kind: 'role', role: plain(role), before: plain(before) })
}

function plain({ isStandby, isReadOnly }: ServerRole): ServerRole {
  return { isStandby, isReadOnly }
}

function originOf({ endpoint: { host, port }, address }: Address): EndpointOrigin {
  return { endpoint: { host, port, address } }
}
