import type { Login } from '../auth/authenticate.ts'
import type { ServerError } from '../errors/server-error.ts'
import { type LoginCredentials, loginWith } from './current-credentials.ts'
import type { Generation } from './generation.ts'

/** Most connections that log in at the same time with a secret that the server has not accepted. */
const MAX_PROBES = 3

/**
 * Result of the logins with one candidate so far.
 *
 * - `untested`: no login has succeeded or failed.
 * - `assumed`: no login has succeeded, and any connection may try: the server accepted a token of the same secret version.
 * - `accepted`: the server opened a session. A search may still run after an earlier rejection.
 * - `replacing`: the server rejected it, and a search for a replacement runs. No connection may log in while `isBlocked`.
 * - `exhausted`: the search ended without a replacement.
 */
export type CandidateState =
  | { readonly is: 'untested' | 'assumed' }
  | { readonly is: 'accepted'; readonly isSearching: boolean }
  | { readonly is: 'replacing'; readonly isBlocked: boolean; readonly wasAccepted: boolean }
  | ({ readonly is: 'exhausted'; readonly wasAccepted: boolean } & Exhaustion)

/** Reason why no connection may log in. */
export interface Exhaustion {
  readonly rejection: ServerError
  /** Reason why there is no replacement. */
  readonly cause: unknown
}

/** One search for a replacement, from the first rejection to the first accepted login. */
export interface Search {
  /** By `performance.now()`. */
  readonly beganAt: number
}

/** Properties that a candidate begins with. */
export interface CandidateStart {
  readonly credentials: LoginCredentials
  readonly generation: Generation
  /** The source's answer to an ordinary request when the candidate was chosen. */
  readonly offered: LoginCredentials
  readonly state?: 'untested' | 'assumed'
  /** Secrets rejected before this one, oldest first. */
  readonly rejected?: readonly LoginCredentials[]
  /** Rounds of the search that are over. */
  readonly roundsDone?: number
  /** True for the one retry after a search without result. */
  readonly isRetry?: boolean
  readonly search?: Search | undefined
  readonly maxProbes?: number
}

/** Tracks whether one server accepts one secret version, and how many connections are logging in with it. */
export class Candidate {
  readonly #start: CandidateStart
  readonly login: Login
  #state: CandidateState
  #offered: LoginCredentials
  #search: Search | undefined
  /** True if a pooler sent the latest rejection: it blocks clients that try the same secret again too soon. */
  #isAtPooler = false
  #logins = 0
  #notify = () => {}
  #change = this.#nextChange()

  constructor(start: CandidateStart) {
    this.#start = start
    this.#state = { is: start.state ?? 'untested' }
    this.#offered = start.offered
    this.#search = start.search
    this.login = loginWith(start.credentials)
  }

  get credentials(): LoginCredentials {
    return this.#start.credentials
  }

  get generation(): Generation {
    return this.#start.generation
  }

  get maxProbes(): number {
    return this.#start.maxProbes ?? MAX_PROBES
  }

  /** The source's latest known answer to an ordinary request; a different answer means that it has something newer. */
  get offered(): LoginCredentials {
    return this.#offered
  }

  /** Secrets rejected before this one. Empty once this one was accepted: a later rejection starts a new rotation. */
  get rejected(): readonly LoginCredentials[] {
    return this.wasAccepted ? [] : (this.#start.rejected ?? [])
  }

  /** Rounds of the search that led here; 0 once this secret was accepted. */
  get roundsDone(): number {
    return this.wasAccepted ? 0 : (this.#start.roundsDone ?? 0)
  }

  /** True for the one retry after a search without result, until the server accepts it. */
  get isRetry(): boolean {
    return !this.wasAccepted && this.#start.isRetry === true
  }

  get isAtPooler(): boolean {
    return this.#isAtPooler
  }

  /** The search that led here, or a new one. */
  get search(): Search {
    this.#search ??= { beganAt: performance.now() }
    return this.#search
  }

  /** True when every connection may log in. */
  get isGood(): boolean {
    return this.#state.is === 'accepted' || this.#state.is === 'assumed'
  }

  /** True once the server has opened a session with it. */
  get wasAccepted(): boolean {
    switch (this.#state.is) {
      case 'accepted':
        return true
      case 'replacing':
      case 'exhausted':
        return this.#state.wasAccepted
      default:
        return false
    }
  }

  get isBlocked(): boolean {
    return this.#state.is === 'replacing' && this.#state.isBlocked
  }

  /** True while a search for a replacement runs. */
  get isSearching(): boolean {
    return this.#state.is === 'replacing' || (this.#state.is === 'accepted' && this.#state.isSearching)
  }

  /** True while its result is open, so that no other candidate can be tried. */
  get isBeingTested(): boolean {
    return this.isSearching || (!this.isGood && this.#logins > 0)
  }

  get exhaustion(): Exhaustion | undefined {
    return this.#state.is === 'exhausted' ? this.#state : undefined
  }

  /** Connections that are logging in with it. */
  get logins(): number {
    return this.#logins
  }

  /** Resolves at the next change of state or of the number of logins. */
  get change(): Promise<void> {
    return this.#change
  }

  enter(): void {
    this.#logins++
  }

  leave(): void {
    this.#logins--
    this.changed()
  }

  accept(): void {
    this.#state = { is: 'accepted', isSearching: this.isSearching }
    this.#search = undefined
    this.changed()
  }

  /** Records that the server rejected it; returns true when a search for a replacement has to start. */
  reject(isAtPooler: boolean): boolean {
    this.#isAtPooler = isAtPooler
    if (this.#state.is === 'exhausted') return false
    const { isSearching, isBlocked, wasAccepted } = this
    this.#state = { is: 'replacing', isBlocked: isBlocked || !isSearching, wasAccepted }
    return !isSearching
  }

  /** Withdraws the assumption that it is good, after the server rejected another token of the same secret version. */
  doubt(): void {
    if (this.#state.is === 'assumed') this.#state = { is: 'untested' }
  }

  /** Notes that the source offers it to ordinary requests. */
  confirm(): void {
    this.#offered = this.credentials
  }

  /**
   * Admits connections again while the search runs. Only if it was accepted before, as another server behind the address
   * may still accept it, and not at a pooler, which counts failures.
   */
  unblock(): void {
    if (this.#state.is !== 'replacing' || !this.#state.wasAccepted || this.#isAtPooler) return
    this.#state = { ...this.#state, isBlocked: false }
    this.changed()
  }

  /** Ends a search that is no longer needed, because the server accepted the candidate meanwhile. */
  endSearch(): void {
    if (this.#state.is === 'accepted') this.#state = { is: 'accepted', isSearching: false }
    this.changed()
  }

  /** Ends a search without a replacement. */
  exhaust(exhaustion: Exhaustion): void {
    this.#state = { is: 'exhausted', wasAccepted: this.wasAccepted, ...exhaustion }
    this.changed()
  }

  changed(): void {
    const notify = this.#notify
    this.#change = this.#nextChange()
    notify()
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#notify = resolve
    })
  }
}
