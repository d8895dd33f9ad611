import type { Login } from '../auth/authenticate.ts'
import type { ServerError } from '../errors/server-error.ts'
import type { Generation } from './generation.ts'
import { loginWith, type SuppliedCredentials } from './supply.ts'

/** What a trial is held with. */
export interface TrialSubject {
  readonly credentials: SuppliedCredentials
  readonly generation: Generation
  /** What the source gave unasked when the trial began. */
  readonly basis: SuppliedCredentials
  /** What the server has refused on the way to this one. */
  readonly refused?: readonly SuppliedCredentials[]
  /** How many rounds of renewal it took. */
  readonly rounds?: number
  /** True where it may be taken for good until it is refused. */
  readonly presumed?: boolean
  /** True where a search for another has just come to nothing. */
  readonly repeated?: boolean
  /** The search that led to this one. */
  readonly search?: SecretSearch
  /** How many connections may try it at the same time. */
  readonly scouts?: number
}

/** How many may log in at the same time with a secret that the server has not accepted yet. */
const SCOUTS = 3

/** A search for another secret, from the first refusal on. */
export interface SecretSearch {
  readonly beganAt: number
}

/** Why a trial came to nothing. */
export interface Verdict {
  readonly refusal: ServerError
  /** Why there was no other secret. */
  readonly cause: unknown
}

/** What is known of a secret at one server: whether it lets us in, and who is finding out. */
export class Trial {
  readonly #subject: TrialSubject
  readonly login: Login
  /** What the source gives unasked, as far as this trial has been told. */
  #basis: SuppliedCredentials
  /** Whoever comes may log in. */
  accepted: boolean
  /** Whether it has let anybody in. */
  hasProved = false
  /** Whether those who come have to wait until it is known what to try next. */
  closed = false
  /** Whether another secret is being looked for. */
  renewing = false
  /** Whether it must not be tried again soon: a pooler refused it. */
  isPatient = false
  verdict: Verdict | undefined
  #search: SecretSearch | undefined
  #turns = 0
  #wake = () => {}
  #news = this.#nextNews()

  constructor(subject: TrialSubject) {
    this.#subject = subject
    this.#basis = subject.basis
    this.#search = subject.search
    this.login = loginWith(subject.credentials)
    this.accepted = subject.presumed ?? false
  }

  get credentials(): SuppliedCredentials {
    return this.#subject.credentials
  }

  get generation(): Generation {
    return this.#subject.generation
  }

  /** What was refused on the way here, until it has let somebody in: what is refused after that is another rotation. */
  get refused(): readonly SuppliedCredentials[] {
    return this.hasProved ? [] : (this.#subject.refused ?? [])
  }

  /** How many rounds of renewal it took, until it has let somebody in. */
  get rounds(): number {
    return this.hasProved ? 0 : (this.#subject.rounds ?? 0)
  }

  /** Whether a search for another has just come to nothing, until it has let somebody in. */
  get isRepeated(): boolean {
    return !this.hasProved && this.#subject.repeated === true
  }

  /** The search in which another is looked for. */
  get search(): SecretSearch {
    this.#search ??= { beganAt: performance.now() }
    return this.#search
  }

  get scouts(): number {
    return this.#subject.scouts ?? SCOUTS
  }

  get basis(): SuppliedCredentials {
    return this.#basis
  }

  /** It has let somebody in: a refusal after that is another rotation. */
  prove(): void {
    this.accepted = this.hasProved = true
    this.closed = false
    this.verdict = undefined
    this.#search = undefined
    this.changed()
  }

  /** The source gives this secret unasked. */
  confirm(): void {
    this.#basis = this.credentials
  }

  /** How many are logging in with it. */
  get turns(): number {
    return this.#turns
  }

  /** Whether nothing else can be tried until it is known how this one ends. */
  get isUnderWay(): boolean {
    return this.renewing || (!this.accepted && this.#turns > 0)
  }

  /** Resolves at the next change; who waits looks again. */
  get news(): Promise<void> {
    return this.#news
  }

  /** A secret that was good may be so at another server behind the address; one that never was is not tried for nothing. */
  reopen(): void {
    if (!this.hasProved || this.isPatient) return
    this.closed = false
    this.changed()
  }

  enter(): void {
    this.#turns++
  }

  leave(): void {
    this.#turns--
    this.changed()
  }

  changed(): void {
    const wake = this.#wake
    this.#news = this.#nextNews()
    wake()
  }

  #nextNews(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
