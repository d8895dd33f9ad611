import type { EndpointState } from '../endpoints/endpoint-state.ts'
import type { Endpoints } from '../endpoints/endpoints.ts'
import type { FailedAttempt } from '../errors/connect-error.ts'
import { addSnapshot, type EndpointSnapshot } from '../events/snapshot.ts'

/** Gives the error of a connection the state of things: its attempts, and what is known of their servers. */
export function addConnectSnapshot(error: unknown, attempts: readonly FailedAttempt[], endpoints: Endpoints): void {
  const dialed = new Map<EndpointState, EndpointSnapshot>()
  for (const { host, port, address } of attempts) {
    if (address === undefined) continue
    const state = endpoints.at({ host, port }, address)
    const { status, role, failure } = state
    const isStandby = role?.isStandby
    dialed.set(state, { host, port, address, breaker: status, isStandby, failure: failure?.code })
  }
  addSnapshot(error, attempts, [...dialed.values()])
}
