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

/** A role that a server reports. */
interface Reported {
  readonly state: EndpointState
  readonly role: ServerRole | undefined
}

/** Notes the role that a server reports to a login, and tells if it is another one than before. */
export function tellRole(at: Address, { state, role }: Reported, login: string): void {
  const [latest, own] = [state.role, state.roleFor(login)]
  state.reported(role, login)
  if (!role || !latest || !isChange(role, latest, own)) return
  publish('verifull:endpoint', { ...originOf(at), kind: 'role', role: plain(role), before: plain(own ?? latest) })
}

/**
 * True if a role is new for all logins. That the sessions of one login can write and those of another cannot is no change.
 *
 * @param latest The role that the server reported last, to whichever login.
 * @param own The one that it reported last to this login.
 */
function isChange(role: ServerRole, latest: ServerRole, own: ServerRole | undefined): boolean {
  if (role.isStandby !== latest.isStandby) return role.isStandby !== own?.isStandby
  const isOtherwise = role.isReadOnly !== latest.isReadOnly && role.isReadOnly !== own?.isReadOnly
  return isOtherwise && role.isStandby === own?.isStandby
}

function plain({ isStandby, isReadOnly }: ServerRole): ServerRole {
  return { isStandby, isReadOnly }
}

function originOf({ endpoint: { host, port }, address }: Address): EndpointOrigin {
  return { endpoint: { host, port, address } }
}
