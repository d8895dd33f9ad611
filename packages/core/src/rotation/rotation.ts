import { areSame, isAmong } from '../credentials/credentials.ts'
import type { ServerError } from '../errors/server-error.ts'
import { type CredentialsOrigin, publish } from '../events/credentials.ts'
import { abortable } from '../time/deadline.ts'
import { Generation } from './generation.ts'
import { type Renewal, refusedAll, renewed } from './renewal.ts'
import { loginWith, type SuppliedCredentials, type Supply } from './supply.ts'
import { Trial, type Verdict } from './trial.ts'
import { type Turn, turnWithoutPassword } from './turn.ts'

/** How many may log in at the same time at a pooler that blocks an address after ten failures. */
const FEW = 5
/** How long a secret that was good must not be tried while another is looked for. */
const CLOSED_MS = 1000
/** How long the source is left in peace after it had no other; longer each time. */
const REST_MS = 1000
const MOST_REST_MS = 8000
/** How long a search is the same one; after that all of the source is asked again. */
const SEARCH_MS = 10_000

/**
 * The secret of a profile through its generations, for all its connections to one address.
 *
 * A secret that the server has not seen is tried by a few connections while the others wait: what becomes of the few counts
 * for all. A secret that is refused is replaced once for all, in a few rounds; in the later ones the same is tried again, as
 * it may be the server that is late. So a rotation costs nobody a connection, and a secret that is simply wrong costs a
 * handful of logins and questions, however many want in and however often.
 */
export class Rotation {
  readonly #supply: Supply
  readonly #endpoint: CredentialsOrigin['endpoint']
  /** Generations that may have connections. */
  readonly #open = new Set<Generation>()
  #trial: Trial | undefined
  /** Whether a pooler answers for the server: it may keep an earlier secret for a while, and hold failures against us. */
  #isPooler = false
  #isStrict: boolean
  #scouts = 0
  /** What the server accepted last, where it is a secret that may be used again. */
  #proven: SuppliedCredentials | undefined
  /** How many searches in a row have come to nothing. */
  #vain = 0
  #restUntil = 0
  #searchedAt = 0

  /**
   * @param endpoint The server at the address, for events.
   * @param isStrict Whether the server blocks an address after a few failures.
   */
  constructor(supply: Supply, endpoint?: CredentialsOrigin['endpoint'], isStrict = false) {
    this.#supply = supply
    this.#endpoint = endpoint
    this.#isStrict = isStrict
  }

  /**
   * Waits for the turn of a connection that is about to log in.
   *
   * @throws {@link ServerError} the server's refusal, where those who tried before were refused and no other secret is to
   *   be had.
   */
  async take(signal: AbortSignal): Promise<Turn> {
    const given = this.#supply.latest ?? (await this.#supply.ready(signal))
    if (!given.password) return turnWithoutPassword(loginWith(given))
    for (;;) {
      signal.throwIfAborted()
      const trial = this.#present()
      if (trial.verdict && (!trial.hasProved || trial.isPatient)) throw refusalOf(trial.verdict)
      if (this.#maySend(trial)) return this.#turn(trial)
      await abortable(trial.news, signal)
    }
  }

  #maySend(trial: Trial): boolean {
    if (trial.accepted) return !this.#isStrict || trial.turns < FEW
    return !trial.closed && this.#scouts < (this.#isPooler ? 1 : trial.scouts)
  }

  #turn(trial: Trial): Turn {
    const scouts = trial.accepted ? 0 : 1
    this.#scouts += scouts
    trial.enter()
    let isOver = false
    let refusal: ServerError | undefined
    return {
      login: trial.login,
      database: trial.credentials.database,
      retired: trial.generation.retired,
      accepted: () => this.#accepted(trial),
      refused: (thrown) => {
        refusal = thrown
        this.#refused(trial, thrown)
      },
      over: () => {
        if (isOver) return
        isOver = true
        this.#scouts -= scouts
        trial.leave()
        if (trial !== this.#trial) this.#trial?.changed()
      },
      another: async (signal) => {
        while (trial === this.#trial && trial.renewing) await abortable(trial.news, signal)
        if (trial !== this.#trial || trial.accepted) return true
        if (refusal) refusal.cause ??= trial.verdict?.cause
        return false
      },
    }
  }

  /** The trial of the secret to use now: that under way, unless the source gives something new. */
  #present(): Trial {
    const trial = this.#trial
    const latest = this.#supply.latest ?? trial?.basis
    if (!latest) throw new TypeError('a secret is tried after it was asked for')
    if (!trial) return this.#try(latest)
    if (areSame(latest, trial.basis)) {
      return trial.verdict && performance.now() >= this.#restUntil ? this.#tryAgain(trial) : trial
    }
    if (areSame(latest, trial.credentials)) {
      trial.confirm()
      this.#recycle()
      return trial
    }
    return trial.isUnderWay && !this.#ends(trial, latest) ? trial : this.#try(latest, trial)
  }

  /** Whether what the source gives by now ends the search; one that gives something new all the time never does. */
  #ends(trial: Trial, latest: SuppliedCredentials): boolean {
    return trial.renewing && this.#supply.source.retires && !isAmong(latest, [...trial.refused, trial.credentials])
  }

  /** What was refused may have become right meanwhile; one connection finds out. */
  #tryAgain({ basis, search }: Trial): Trial {
    const generation = this.#generationOf(basis)
    const same = performance.now() - this.#searchedAt < SEARCH_MS ? { search } : {}
    return this.#begin(new Trial({ credentials: basis, generation, basis, repeated: true, scouts: 1, ...same }))
  }

  /** Begins the trial of what the source gives; a new token of a secret that is good, or a function's, is taken for good. */
  #try(credentials: SuppliedCredentials, before?: Trial): Trial {
    const generation = this.#generationOf(credentials)
    const presumed = before?.accepted === true && before.generation === generation
    // A source that has something new all the time does not begin anew each time.
    const way = before && !before.verdict ? { refused: before.refused, rounds: before.rounds } : {}
    if (before?.verdict && this.#supply.source.retires) this.#restUntil = this.#vain = 0
    return this.#begin(new Trial({ credentials, generation, basis: credentials, presumed, ...way }))
  }

  #begin(trial: Trial): Trial {
    const before = this.#trial
    this.#trial = trial
    before?.changed()
    return trial
  }

  #generationOf(credentials: SuppliedCredentials): Generation {
    const { retires } = this.#supply.source
    const known = [this.#trial?.generation, ...this.#open].find(
      (generation) => generation && (!retires || (generation.isOf(credentials) && !generation.retired.aborted)),
    )
    return known ?? new Generation(credentials)
  }

  #accepted(trial: Trial): void {
    trial.prove()
    this.#vain = 0
    if (!this.#supply.source.retires) return
    this.#proven = trial.credentials
    this.#open.add(trial.generation)
    this.#recycle()
    if (trial !== this.#trial || areSame(trial.credentials, trial.basis)) return
    // Where the source now gives it to everybody, the connections of the secret before it are replaced at once.
    this.#supply.ready(new AbortController().signal).then(
      () => this.#recycle(),
      () => {},
    )
  }

  /** Retires the other generations, where the secret has proved good and is no makeshift in place of a refused one. */
  #recycle(): void {
    const [trial, latest] = [this.#trial, this.#supply.latest]
    if (!trial?.hasProved || !latest || !areSame(latest, trial.credentials)) return
    for (const generation of this.#open) {
      if (generation === trial.generation) continue
      generation.retire()
      this.#open.delete(generation)
    }
  }

  #refused(trial: Trial, refusal: ServerError): void {
    publish({
      kind: 'refused',
      source: this.#supply.source.name,
      endpoint: this.#endpoint,
      version: trial.credentials.version,
      code: refusal.code,
    })
    trial.accepted = false
    this.#isPooler = isOfPooler(refusal)
    this.#isStrict ||= blocksSoon(refusal)
    trial.isPatient = this.#isPooler
    const present = this.#trial
    // What was taken for good because this one was, is not any more.
    if (present?.generation === trial.generation && !present.hasProved) present.accepted = false
    if (trial !== present || trial.renewing || trial.verdict) return
    trial.renewing = trial.closed = true
    const opening = setTimeout(() => trial.reopen(), CLOSED_MS).unref()
    this.#renewal(trial).then((renewal) => {
      clearTimeout(opening)
      trial.renewing = false
      if (trial === this.#trial && !trial.accepted) {
        if ('cause' in renewal) this.#end(trial, { refusal, cause: renewal.cause })
        else this.#tryInPlaceOf(trial, renewal.other, renewal.rounds)
      }
      trial.changed()
    })
  }

  async #renewal(trial: Trial): Promise<Renewal> {
    const rests = performance.now() < this.#restUntil
    if (rests) return { cause: refusedAll(this.#supply.source.name, trial.credentials) }
    const isSettled = () => trial !== this.#trial || trial.accepted
    return await renewed(trial, this.#supply, { proven: this.#proven, isSettled })
  }

  #tryInPlaceOf(trial: Trial, credentials: SuppliedCredentials, rounds: number): void {
    const { basis, search, isRepeated: repeated } = trial
    const generation = this.#generationOf(credentials)
    const refused = [...trial.refused, trial.credentials]
    const few = this.#proven && isAmong(credentials, refused) ? { scouts: 1 } : {}
    this.#begin(new Trial({ credentials, generation, basis, refused, rounds, search, repeated, ...few }))
  }

  #end(trial: Trial, verdict: Verdict): void {
    const now = performance.now()
    // Where it was let in before, the search was a long one.
    const rests = this.#vain + (this.#proven ? 1 : 0)
    if (now >= this.#restUntil) {
      this.#restUntil = now + Math.min(MOST_REST_MS, REST_MS * 2 ** rests)
      this.#vain++
    }
    if (!trial.isRepeated) this.#searchedAt = now
    trial.verdict = verdict
    trial.reopen()
  }
}

/** PostgreSQL names the routine that refused; what poolers write themselves has none. */
function isOfPooler({ fields }: ServerError): boolean {
  return fields.severity !== undefined && fields.routine === undefined
}

/** Supavisor's errors begin with a code of its own. */
function blocksSoon({ message }: ServerError): boolean {
  return /^\(E[A-Z]+\) /.test(message)
}

function refusalOf({ refusal, cause }: Verdict): ServerError {
  const again = refusal.again()
  again.cause = cause
  return again
}
