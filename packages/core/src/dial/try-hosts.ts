import type { Endpoint, KnownEndpoint } from '../addresses/endpoint.ts'
import type { Profile } from '../profile/profile.ts'
import { withDeadline } from '../time/deadline.ts'
import type { AttemptPlan } from './attempt.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Network } from './channel.ts'
import type { Dialed } from './dialed.ts'
import { tryAddress } from './try-address.ts'

/** The hosts of one profile, and everything that a connection to one of them needs. */
export interface HostsPlan {
  readonly profile: Profile
  /** Limit for each address, in milliseconds; 0 is none. */
  readonly addressLimitMs: number
  /** Run-time parameters of the driver. */
  readonly startup: Readonly<Record<string, string>>
  readonly network: Network
  readonly log: AttemptLog
}

/**
 * Tries the hosts of one profile in order, for `prefer-standby` first for a standby and then for any server.
 *
 * @returns undefined when all have failed in a way that lets the next server be tried.
 * @throws the error of the search when a failure ends it.
 */
export async function tryHosts(plan: HostsPlan, signal: AbortSignal): Promise<Dialed | undefined> {
  const { endpoints, targetSessionAttrs, loadBalanceHosts } = plan.profile
  const roles =
    targetSessionAttrs === 'prefer-standby' ? (['standby', 'any'] as const) : ([targetSessionAttrs] as const)
  const ordered = loadBalanceHosts === 'random' ? shuffled(endpoints) : endpoints
  for (const role of roles) {
    for (const endpoint of ordered) {
      const dialed = await tryHost(plan, endpoint, role, signal)
      if (dialed) return dialed
    }
  }
  return undefined
}

/** Fetches credentials and TLS material, resolves the name and tries each address; undefined for the next host. */
async function tryHost(
  { profile, addressLimitMs, startup, network, log }: HostsPlan,
  configured: Endpoint,
  role: AttemptPlan['role'],
  signal: AbortSignal,
): Promise<Dialed | undefined> {
  const kind = profile.attempts[0]?.kind ?? 'plain'
  log.phase = 'credentials'
  if (configured.kind !== 'in-secret') log.begin({ endpoint: configured, kind })
  const { user, endpoint } = await profile.logins.prepare(configured, signal)
  log.begin({ endpoint, kind })
  const tls = await profile.tlsFor(endpoint)?.ready(signal)
  log.phase = 'connect'
  const late = () => log.late(`to ${endpoint.host}:${endpoint.port} within connect_timeout, ${addressLimitMs / 1000} s`)
  let addresses: readonly string[]
  try {
    addresses = await withDeadline(addressLimitMs, late, signal, (bounded) => resolve(endpoint, network, bounded))
  } catch (error) {
    if (signal.aborted) throw error
    log.add(error)
    return undefined
  }
  for (const address of profile.loadBalanceHosts === 'random' ? shuffled(addresses) : addresses) {
    const plan = { profile, endpoint, address, tls, user, role, startup, network, log }
    const outcome = await withDeadline(addressLimitMs, late, signal, (bounded) =>
      tryAddress({ ...plan, signal: bounded }, signal),
    )
    if (outcome === 'next-host') return undefined
    if (outcome !== 'next-address') return outcome
  }
  return undefined
}

async function resolve(endpoint: KnownEndpoint, network: Network, signal: AbortSignal): Promise<readonly string[]> {
  if (endpoint.kind === 'socket') return [endpoint.path]
  return await network.resolve(endpoint.address ?? endpoint.host, signal)
}

/** The same items in random order, each order equally likely (Fisher and Yates). */
export function shuffled<T>(items: readonly T[]): readonly T[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[order[last], order[other]] = [order[other] as T, order[last] as T]
  }
  return order
}
