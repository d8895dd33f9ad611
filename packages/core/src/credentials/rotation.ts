import type { Login } from '../auth/authenticate.ts'
import { abortable } from '../dial/deadline.ts'
import type { ServerError } from '../errors/server-error.ts'
import { areSame, type Credentials, type CredentialsRequest } from './credentials.ts'
import { Generation } from './generation.ts'
import { pause } from './pause.ts'
import { Trial } from './trial.ts'

/** Where the secret of a profile comes from. */
export interface RotatingSource {
  ask(request: CredentialsRequest): Promise<Credentials>
  loginOf(credentials: Credentials): Login
  /** Whether sessions of an earlier secret are replaced once a newer one has been accepted. */
  readonly retires: boolean
}

/** A connection's turn to log in. */
export interface Turn {
  readonly login: Login
  readonly generation: Generation
  /** The server took it. */
  accepted(): void
  /** The server refused it: another is looked for. */
  refused(refusal: ServerError): void
  /** The connection is through, or has failed: who waits may try. */
  over(): void
}

/** How many may try a secret at the same time that the server has not accepted yet. */
const SCOUTS = 4
/** The pauses before the rounds in which a refused secret is asked for again: windows of rotations are short. */
const ROUNDS_MS = [0, 150, 500] as const
/** How long the source is left in peace after that. */
const REST_MS = 1000
/** How long all rounds may take. */
const RENEWAL_MS = 10_000

/**
 * The secret of a profile through its generations, for all its connections together.
 *
 * A secret that the server has not seen is tried by a few connections while the others wait at the door: what becomes of
 * the few counts for all. A secret that is refused is replaced once for all, in at most three rounds. So a rotation costs
 * nobody a connection, and a secret that is simply wrong costs a handful of logins and questions, however many want in.
 */
export class Rotation {
  readonly #source: RotatingSource
  readonly #open = new Set<Generation>()
  #trial: Trial | undefined
  #generations = 0
  #restUntil = 0

  constructor(source: RotatingSource) {
    this.#source = source
  }

  /** Makes sure that there is a secret, before a connection is opened for which it is needed. */
  async ready(signal: AbortSignal): Promise<Generation> {
    return this.#trialOf(await this.#source.ask({ signal })).generation
  }

  /**
   * Waits for the turn of a connection that is about to log in.
   *
   * @throws {@link ServerError} the server's refusal, where those who tried before were refused and no other secret is to
   *   be had.
   */
  async take(signal: AbortSignal): Promise<Turn> {
    for (;;) {
      const trial = this.#trial ?? this.#trialOf(await this.#source.ask({ signal }))
      if (trial.renewal) {
        const renewed = await abortable(trial.renewal, signal)
        if (!renewed && trial.refusal) throw trial.refusal.again()
      } else if (trial.accepted || trial.scouts < SCOUTS) return this.#turn(trial)
      else await abortable(trial.news, signal)
    }
  }

  /** Whether there is another secret, after the server refused that of a turn. */
  async renewed({ generation }: Turn, signal: AbortSignal): Promise<boolean> {
    if (this.#trial?.generation !== generation) return true
    return await abortable(this.#trial.renewal ?? Promise.resolve(false), signal)
  }

  #turn(trial: Trial): Turn {
    trial.scouts++
    return {
      login: trial.generation.login,
      generation: trial.generation,
      accepted: () => this.#accepted(trial),
      refused: (refusal) => this.#refused(trial, refusal),
      over: () => trial.scoutIsBack(),
    }
  }

  #refused(trial: Trial, refusal: ServerError): void {
    trial.accepted = false
    trial.refusal = refusal
    if (trial !== this.#trial) return
    trial.renewal ??= this.#replace(trial)
      .catch(() => false)
      .finally(() => {
        trial.renewal = undefined
      })
  }

  #accepted(trial: Trial): void {
    if (trial.accepted) return
    trial.accepted = true
    if (!this.#source.retires || trial !== this.#trial) return
    for (const generation of this.#open) {
      if (generation === trial.generation) continue
      generation.retire()
      this.#open.delete(generation)
    }
  }

  /** The trial of a secret: the present one, where it is no other. */
  #trialOf(credentials: Credentials, refused: readonly Credentials[] = []): Trial {
    if (this.#trial && areSame(this.#trial.generation.credentials, credentials)) return this.#trial
    const generation = new Generation(++this.#generations, credentials, this.#source.loginOf(credentials))
    for (const earlier of this.#open) if (earlier.isSameSecret(generation)) this.#open.delete(earlier)
    this.#open.add(generation)
    this.#trial = new Trial(generation, refused)
    return this.#trial
  }

  async #replace(trial: Trial): Promise<boolean> {
    if (Date.now() < this.#restUntil) return false
    const rejected = [...trial.refused, trial.generation.credentials]
    const signal = AbortSignal.timeout(RENEWAL_MS)
    for (const wait of ROUNDS_MS) {
      await pause(wait, signal)
      // What the source has to say of its failures it says itself; here, the server's refusal is the error to show.
      const fresh = await this.#source.ask({ signal, rejected }).catch(() => undefined)
      if (this.#trial !== trial) return true
      if (!fresh || rejected.some((one) => areSame(one, fresh))) continue
      this.#trialOf(fresh, rejected)
      return true
    }
    this.#restUntil = Date.now() + REST_MS
    return false
  }
}
