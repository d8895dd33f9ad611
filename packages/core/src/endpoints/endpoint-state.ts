import type { TargetSessionAttrs } from '../parameters/parameters.ts'
import { RecentMap } from '../time/recent-map.ts'
import { Breaker, type BreakerStatus, type Permit } from './breaker.ts'
import type { EndpointChoices } from './choices.ts'
import { EndpointSessions } from './endpoint-sessions.ts'

/** A role that a server can be asked for. */
export type WantedRole = Exclude<TargetSessionAttrs, 'prefer-standby'>

/** The role that a server reported when a session began. */
export interface ServerRole {
  readonly isStandby: boolean
  /** True if sessions cannot write, on a standby and where `default_transaction_read_only` is on. */
  readonly isReadOnly: boolean
}

/** A failure of a server. */
export interface EndpointFailure {
  /** SQLSTATE, name of an errno, or a code of Verifull. */
  readonly code: string
  readonly reason: string
  readonly error: unknown
}

/** Result of an attempt, as far as it says something about the server. */
export type AttemptResult =
  | { readonly kind: 'accepted' }
  /** The server answered, and refused for a reason that waiting does not change. */
  | { readonly kind: 'answered' }
  | { readonly kind: 'wrong-role' }
  /** No connection, or a server that is starting, stopping or full. */
  | ({ readonly kind: 'unavailable' } & EndpointFailure)
  /** The same for this user and database alone: a limit of theirs, or a pooler about the server behind it. */
  | ({ readonly kind: 'login-unavailable' } & EndpointFailure)
  /** No answer within a limit that is short enough for a server that is well. */
  | ({ readonly kind: 'slow' } & EndpointFailure)
  | { readonly kind: 'given-up' }

/** Time for which a failure or a role decides the order of the servers, in ms. */
const REMEMBERED_MS = 30_000
/** Most logins of a server that are remembered. */
const MOST_LOGINS = 256

/** A role, and when it was reported, by `performance.now()`. */
type ReportedRole = ServerRole & { readonly at: number }

/** The failures and the role of a server for one login. */
interface LoginState {
  readonly breaker: Breaker
  readonly roles: Map<WantedRole, Breaker>
  failure: EndpointFailure | undefined
  /** Its sessions alone may be read-only: `ALTER ROLE` sets `default_transaction_read_only`, as `options` does. */
  role: ReportedRole | undefined
}

/** Everything that this process knows about one server at one address, by one name, for all pools. */
export class EndpointState {
  /** {@link EndpointChoices} at the last connection. */
  choices: EndpointChoices = {}
  /** True once a connection to it succeeded. */
  hasAccepted = false
  /** The sessions of this process at it. */
  readonly sessions = new EndpointSessions()
  readonly #onWider: () => void
  readonly #reach: Breaker
  readonly #logins = new RecentMap<string, LoginState>(MOST_LOGINS)
  #lag: { readonly ms: number; readonly at: number } | undefined
  #role: ReportedRole | undefined
  #failure: (EndpointFailure & { readonly at: number }) | undefined

  /** @param onWider Called when more connections may be made than before. */
  constructor(onWider: () => void) {
    this.#onWider = onWider
    this.#reach = new Breaker(onWider)
  }

  /** The role that it reported last, to whichever login; undefined before, and for servers that report none. */
  get role(): ServerRole | undefined {
    return this.#role
  }

  /** The failure since the last success. */
  get failure(): EndpointFailure | undefined {
    return this.#failure
  }

  /** Lag of a replica, in ms; undefined while `maxLagMs` does not have it asked. */
  get lagMs(): number | undefined {
    return this.#lag && this.#lag.at > performance.now() - REMEMBERED_MS ? this.#lag.ms : undefined
  }

  /** State of its circuit breaker. */
  get status(): BreakerStatus {
    return this.#reach.status
  }

  /** True if it is known not to be usable for `wanted` and a login, so that other servers are tried before it. */
  isLast(wanted: WantedRole, login = ''): boolean {
    const since = performance.now() - REMEMBERED_MS
    if (this.#failure && this.#failure.at > since) return true
    const latest = this.#role
    if (!latest || latest.at <= since) return false
    const own = this.#logins.get(login)?.role
    const isOwnValid = own && own.at > since && own.isStandby === latest.isStandby
    return isUnfit(isOwnValid ? own : latest, wanted)
  }

  /** The failure of this login since its last success, else that of the server. */
  failureOf(login: string): EndpointFailure | undefined {
    return this.#logins.get(login)?.failure ?? this.#failure
  }

  /**
   * Time until a connection for this role may be tried, in ms; 0 for now.
   *
   * @param login As {@link loginOf} has it.
   */
  waitMs(wanted: WantedRole, login = ''): number {
    const { breaker, roles } = this.#logins.get(login) ?? {}
    return Math.max(...[this.#reach, breaker, roles?.get(wanted)].map((one) => one?.waitMs ?? 0))
  }

  /** Time left of the pause after a failure, in ms, for whichever role and login; 0 if there is none. */
  get pauseMs(): number {
    const roles = [...this.#logins].flatMap(([, login]) => [...login.roles.values()])
    return Math.max(...[this.#reach, ...roles].map(({ pauseMs }) => pauseMs))
  }

  /**
   * Begins an attempt; the returned function reports its result.
   *
   * @param login As {@link loginOf} has it.
   */
  enter(wanted: WantedRole, login = ''): (result: AttemptResult) => void {
    const reach = this.#reach.enter()
    const state = this.#loginFor(login)
    const role = this.#roleBreaker(state, wanted).enter()
    const permit = state.breaker.enter()
    return (result) => {
      this.#ended(result, reach, role)
      this.#loginEnded(result, state, permit)
    }
  }

  /** Notes the lag of a replica, in ms. */
  lags(ms: number): void {
    this.#lag = { ms, at: performance.now() }
  }

  /** Notes the role that a session of a login reports at its beginning; returns the one before it, if it is new for all logins. */
  reported(role: ServerRole | undefined, login = ''): ServerRole | undefined {
    const [latest, state] = [this.#role, this.#loginFor(login)]
    const { role: own } = state
    this.#role = role && { ...role, at: performance.now() }
    state.role = this.#role
    return role && latest && isChange(role, latest, own) ? (own ?? latest) : undefined
  }

  #ended(result: AttemptResult, reach: Permit, role: Permit): void {
    switch (result.kind) {
      case 'accepted':
        this.hasAccepted = true
        this.#failure = undefined
        reach.succeeded()
        role.succeeded()
        return
      case 'wrong-role':
        this.#failure = undefined
        reach.succeeded()
        role.failed()
        return
      case 'answered':
      case 'login-unavailable':
        reach.succeeded()
        role.abandoned()
        return
      case 'slow':
        this.#failure = { ...result, at: performance.now() }
        reach.abandoned()
        role.abandoned()
        return
      case 'unavailable':
        this.#failure = { ...result, at: performance.now() }
        reach.failed()
        role.abandoned()
        return
      case 'given-up':
        reach.abandoned()
        role.abandoned()
    }
  }

  #loginEnded(result: AttemptResult, login: LoginState, permit: Permit): void {
    if (result.kind === 'login-unavailable') {
      login.failure = result
      permit.failed()
    } else if (result.kind === 'accepted' || result.kind === 'wrong-role') {
      login.failure = undefined
      permit.succeeded()
    } else permit.abandoned()
  }

  #loginFor(login: string): LoginState {
    const known = this.#logins.get(login)
    const state: LoginState = known ?? {
      breaker: new Breaker(this.#onWider),
      roles: new Map(),
      failure: undefined,
      role: undefined,
    }
    this.#logins.set(login, state)
    return state
  }

  #roleBreaker({ roles }: LoginState, wanted: WantedRole): Breaker {
    const breaker = roles.get(wanted) ?? new Breaker(this.#onWider)
    roles.set(wanted, breaker)
    return breaker
  }
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

/** True if a server of this role does not have the wanted one. */
export function isUnfit({ isStandby, isReadOnly }: ServerRole, wanted: WantedRole): boolean {
  switch (wanted) {
    case 'any':
      return false
    case 'read-write':
      return isReadOnly
    case 'read-only':
      return !isReadOnly
    case 'primary':
      return isStandby
    case 'standby':
      return !isStandby
  }
}
