import type { Endpoint, KnownEndpoint } from '../addresses/endpoint.ts'
import type { AttemptResult } from '../endpoints/endpoint-state.ts'
import { type Endpoints, endpointsOf } from '../endpoints/endpoints.ts'
import { loginOf } from '../endpoints/login-of.ts'
import { ConnectError } from '../errors/connect-error.ts'
import { ServerError } from '../errors/server-error.ts'
import type { Profile } from '../profile/profile.ts'
import { withDeadline } from '../time/deadline.ts'
import type { AttemptPlan } from './attempt.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Network } from './channel.ts'
import type { Dialed } from './dialed.ts'
import { tellBreaker } from './tell-endpoint.ts'
import { isOfOneLogin, isTransient } from './transient.ts'
import { tryAddress } from './try-address.ts'
import { waitsFor } from './waits-for.ts'

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
  const known = endpointsOf(plan.network)
  const ordered = loadBalanceHosts === 'random' ? shuffled(endpoints) : endpoints
  for (const role of roles) {
    const login = loginOf(plan.profile)
    const isLast = (endpoint: Endpoint) => endpoint.kind !== 'in-secret' && known.isLast(endpoint, role, login)
    for (const endpoint of inUse(plan, ordered, isLast)) {
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
  if (configured.kind !== 'in-secret') log.begin({ endpoint: configured, kind })
  log.phase = 'credentials'
  const { user, endpoint } = await profile.logins.prepare(configured, signal)
  log.begin({ endpoint, kind })
  const tls = await profile.tlsFor(endpoint)?.ready(signal)
  log.phase = 'lookup'
  const late = () => log.late(`to ${endpoint.host}:${endpoint.port} within connect_timeout, ${addressLimitMs / 1000} s`)
  let addresses: readonly string[]
  try {
    addresses = await withDeadline(addressLimitMs, late, signal, (bounded) => resolve(endpoint, network, bounded))
  } catch (error) {
    if (signal.aborted) throw error
    log.add(error)
    return undefined
  }
  const known = endpointsOf(network)
  const ordered = profile.loadBalanceHosts === 'random' ? shuffled(addresses) : addresses
  const login = loginOf(profile, user)
  const isLast = (address: string) => known.at(endpoint, address).isLast(role, login)
  for (const address of inUse({ profile }, ordered, isLast)) {
    const { host, port } = endpoint
    if (known.at(endpoint, address).waitMs(role, login) > 0 && waitsFor(profile, known, { host, port, address })) {
      log.begin({ endpoint, address, kind })
      log.add(notTried(known, { endpoint, address }, login))
      continue
    }
    const plan = { profile, endpoint, address, tls, user, login, role, startup, network, log }
    const outcome = await reported(plan, known, signal, () =>
      withDeadline(addressLimitMs, late, signal, (bounded) => tryAddress({ ...plan, signal: bounded }, signal)),
    )
    if (outcome === 'next-host') return undefined
    if (outcome !== 'next-address') return outcome
  }
  return undefined
}

/** The same items, those last that are known not to be usable. In libpq's order if nothing is waited for. */
function inUse<T>(
  { profile }: Pick<HostsPlan, 'profile'>,
  items: readonly T[],
  isLast: (item: T) => boolean,
): readonly T[] {
  if (items.length === 1 || profile.failoverTimeoutMs === 0) return items
  const last = new Set(items.filter(isLast))
  return [...items.filter((item) => !last.has(item)), ...last]
}

type Outcome = Awaited<ReturnType<typeof tryAddress>>

/** Runs an attempt and notes its result in the state of the server. */
async function reported(
  { profile, login, endpoint, address, role, log }: Omit<AttemptPlan, 'signal'>,
  known: Endpoints,
  caller: AbortSignal,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  const state = known.at(endpoint, address)
  state.sessions.tried(profile.lifetime)
  const report = state.enter(role, login)
  const end = (result: AttemptResult) => tellBreaker({ endpoint, address }, state, () => report(result))
  const began = performance.now()
  try {
    const outcome = await attempt()
    const isAccepted = typeof outcome === 'object'
    if (isAccepted) known.accepted(endpoint)
    end(isAccepted ? { kind: 'accepted' } : resultOf(log.last, performance.now() - began))
    return outcome
  } catch (error) {
    const isLate = caller.reason instanceof ConnectError && caller.reason.code === 'ETIMEDOUT'
    end(caller.aborted && !isLate ? { kind: 'given-up' } : resultOf(error, performance.now() - began))
    throw error
  }
}

/** Time in which a server that is well answers, in ms. */
const ANSWERS_WITHIN_MS = 1000

function resultOf(error: unknown, tookMs: number): AttemptResult {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'WRONG_ROLE') return { kind: 'wrong-role' }
  if (!isTransient(error)) return { kind: 'answered' }
  const failure = { code: String(code), reason: message, error }
  if (isOfOneLogin(error)) return { kind: 'login-unavailable', ...failure }
  // The limit may be one of this profile alone.
  const isSlow = code === 'ETIMEDOUT' && tookMs < ANSWERS_WITHIN_MS
  return { kind: isSlow ? 'slow' : 'unavailable', ...failure }
}

/** The error in place of an attempt: that of the server if it has just answered with one, which drivers know. */
function notTried(
  known: Endpoints,
  { endpoint, address }: Pick<AttemptPlan, 'endpoint' | 'address'>,
  login: string,
): Error {
  const failure = known.at(endpoint, address).failureOf(login)
  if (failure?.error instanceof ServerError) return failure.error.again()
  const because = failure
    ? `its last failure was ${failure.code}: ${failure.reason}`
    : 'it did not have the wanted role'
  return new ConnectError('CIRCUIT_OPEN', `not tried at this moment: ${because}`)
}

async function resolve(endpoint: KnownEndpoint, network: Network, signal: AbortSignal): Promise<readonly string[]> {
  if (endpoint.kind === 'socket') return [endpoint.path]
  const host = endpoint.address ?? endpoint.host
  const addresses = await network.resolve(host, signal)
  endpointsOf(network).resolved(host, addresses)
  return addresses
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
