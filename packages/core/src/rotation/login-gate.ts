import { areSame, isAmong } from '../credentials/credentials.ts'
import type { ServerError } from '../errors/server-error.ts'
import type { CredentialsOrigin } from '../events/credentials.ts'
import { publish } from '../events/publish.ts'
import { abortable } from '../time/deadline.ts'
import { Candidate, type CandidateStart, type Exhaustion } from './candidate.ts'
import { Cooldown } from './cooldown.ts'
import { type CurrentCredentials, type LoginCredentials, loginWith } from './current-credentials.ts'
import { type Found, findReplacement, noReplacement, type Replacement } from './find-replacement.ts'
import { fixedTicket } from './fixed-logins.ts'
import { Generations } from './generations.ts'
import type { LoginTicket } from './login-ticket.ts'

/** Most logins at the same time through a pooler that blocks an address after ten failures. */
const MAX_LOGINS_AT_STRICT_POOLER = 5
/** Time for which a rejected secret is not tried again at first, in ms. */
const BLOCK_MS = 1000

/**
 * Limits logins at one server while a secret is untested: a few connections try it, the rest wait for their result.
 *
 * A rejection starts one search for a replacement, shared by all connections. Its later rounds retry the same secret,
 * because the server may lag behind the store. A rotation therefore fails no connection, and a wrong secret costs a
 * handful of logins and requests, however many connections are opened.
 */
export class LoginGate {
  readonly #current: CurrentCredentials
  readonly #endpoint: CredentialsOrigin['endpoint']
  readonly #generations: Generations
  readonly #cooldown = new Cooldown()
  #candidate: Candidate | undefined
  /** True when the latest rejection came from a pooler, which may use an earlier secret for a while and counts failures. */
  #isPooler = false
  #isStrictPooler: boolean
  /** Connections that are logging in with an untested secret, earlier candidates included. */
  #probes = 0
  #lastAccepted: LoginCredentials | undefined

  /**
   * @param endpoint The server, for events.
   * @param isStrictPooler True for a pooler that blocks an address after a few failures.
   */
  constructor(current: CurrentCredentials, endpoint?: CredentialsOrigin['endpoint'], isStrictPooler = false) {
    this.#current = current
    this.#endpoint = endpoint
    this.#generations = new Generations(current.source.retires)
    this.#isStrictPooler = isStrictPooler
  }

  /**
   * Waits until a connection may log in.
   *
   * @throws {@link ServerError} the rejection of earlier logins, when no replacement was found for their credentials.
   */
  async enter(signal: AbortSignal): Promise<LoginTicket> {
    const latest = this.#current.latest ?? (await this.#current.refresh(signal))
    if (!latest.password) return fixedTicket(loginWith(latest))
    for (let isFirst = true; ; isFirst = false) {
      signal.throwIfAborted()
      const candidate = this.#chooseCandidate()
      const { exhaustion } = candidate
      if (isFirst && exhaustion && this.#current.source.retires && this.#cooldown.takeEarlyCall()) {
        await this.#current.refresh(signal, true).catch(() => signal.throwIfAborted())
        continue
      }
      if (exhaustion && (!candidate.wasAccepted || candidate.isAtPooler)) throw rejectionOf(exhaustion)
      if (this.#admits(candidate)) return this.#ticketFor(candidate)
      await abortable(candidate.change, signal)
    }
  }

  #admits(candidate: Candidate): boolean {
    if (candidate.isGood) return !this.#isStrictPooler || candidate.logins < MAX_LOGINS_AT_STRICT_POOLER
    return !candidate.isBlocked && this.#probes < (this.#isPooler ? 1 : candidate.maxProbes)
  }

  #ticketFor(candidate: Candidate): LoginTicket {
    const probes = candidate.isGood ? 0 : 1
    this.#probes += probes
    candidate.enter()
    let isDone = false
    let rejection: ServerError | undefined
    return {
      login: candidate.login,
      database: candidate.credentials.database,
      retired: candidate.generation.retired,
      accepted: () => this.#accepted(candidate),
      rejected: (error) => {
        rejection = error
        this.#rejected(candidate, error)
      },
      done: () => {
        if (isDone) return
        isDone = true
        this.#probes -= probes
        candidate.leave()
        if (candidate !== this.#candidate) this.#candidate?.changed()
      },
      shouldRetry: async (signal) => {
        while (candidate === this.#candidate && candidate.isSearching) await abortable(candidate.change, signal)
        if (candidate !== this.#candidate || candidate.isGood) return true
        if (rejection) rejection.cause ??= candidate.exhaustion?.cause
        return false
      },
    }
  }

  /** Returns the candidate to use now: the present one, unless the source offers something newer. */
  #chooseCandidate(): Candidate {
    const present = this.#candidate
    const latest = this.#current.latest ?? present?.offered
    if (!latest) throw new TypeError('credentials are used before they were fetched')
    if (!present) return this.#begin(this.#fresh(latest))
    if (areSame(latest, present.offered)) {
      return present.exhaustion && !this.#cooldown.isRunning ? this.#begin(this.#retryOf(present)) : present
    }
    if (areSame(latest, present.credentials)) {
      present.confirm()
      this.#retireEarlier()
      return present
    }
    return present.isBeingTested && !this.#endsSearch(present, latest)
      ? present
      : this.#begin(this.#successorOf(present, latest))
  }

  /** True when the source offers a secret that the search wants; an answer that differs each time never ends one. */
  #endsSearch(present: Candidate, latest: LoginCredentials): boolean {
    const { retires } = this.#current.source
    return present.isSearching && retires && !isAmong(latest, [...present.rejected, present.credentials])
  }

  #begin(start: CandidateStart): Candidate {
    const before = this.#candidate
    this.#candidate = new Candidate(start)
    before?.changed()
    return this.#candidate
  }

  #fresh(credentials: LoginCredentials): CandidateStart {
    const generation = this.#generations.of(credentials, this.#candidate?.generation)
    return { credentials, generation, offered: credentials }
  }

  /** The next login after a search without result: one connection tries the rejected secret, which may be right by now. */
  #retryOf({ offered, search }: Candidate): CandidateStart {
    const continued = this.#cooldown.isSameSearch ? search : undefined
    return { ...this.#fresh(offered), isRetry: true, maxProbes: 1, search: continued }
  }

  /** The next candidate when the source offers something newer. */
  #successorOf(before: Candidate, credentials: LoginCredentials): CandidateStart {
    const fresh = this.#fresh(credentials)
    const state = before.isGood && before.generation === fresh.generation ? 'assumed' : 'untested'
    if (before.exhaustion) {
      if (this.#current.source.retires) this.#cooldown.reset()
      return { ...fresh, state }
    }
    // A source whose answer differs each time does not start the search anew.
    return { ...fresh, state, rejected: before.rejected, roundsDone: before.roundsDone }
  }

  #accepted(candidate: Candidate): void {
    candidate.accept()
    this.#cooldown.accepted()
    if (!this.#current.source.retires) return
    this.#lastAccepted = candidate.credentials
    this.#generations.add(candidate.generation)
    this.#retireEarlier()
    if (candidate !== this.#candidate || areSame(candidate.credentials, candidate.offered)) return
    // A replacement: earlier connections are retired as soon as the source offers it to ordinary requests.
    this.#current.refresh(new AbortController().signal).then(
      () => this.#retireEarlier(),
      () => {},
    )
  }

  /** Retires the other generations, once the server has accepted the secret that the source offers to ordinary requests. */
  #retireEarlier(): void {
    const [present, latest] = [this.#candidate, this.#current.latest]
    if (!present?.wasAccepted || !latest || !areSame(latest, present.credentials)) return
    this.#generations.retireOthers(present.generation)
  }

  #rejected(candidate: Candidate, rejection: ServerError): void {
    const { source } = this.#current
    const { version } = candidate.credentials
    const { code } = rejection
    publish('verifull:credentials', { kind: 'refused', source: source.name, endpoint: this.#endpoint, version, code })
    this.#isPooler = isFromPooler(rejection)
    this.#isStrictPooler ||= isFromStrictPooler(rejection)
    const present = this.#candidate
    if (candidate === present) {
      if (candidate.reject(this.#isPooler)) void this.#replace(candidate, rejection)
    } else if (candidate.generation === present?.generation) present.doubt()
  }

  /** Begins the next candidate in place of a rejected one, or ends the search without. */
  async #replace(candidate: Candidate, rejection: ServerError): Promise<void> {
    const unblocking = setTimeout(() => candidate.unblock(), BLOCK_MS).unref()
    const replacement = await this.#findReplacement(candidate)
    clearTimeout(unblocking)
    if (candidate !== this.#candidate) candidate.changed()
    else if (candidate.isGood) candidate.endSearch()
    else if (replacement.isFound) this.#begin(this.#replacementFor(candidate, replacement))
    else {
      const { isRetry, search } = candidate
      this.#cooldown.searchFailed(search, { isRetry, isRotation: this.#lastAccepted !== undefined })
      candidate.exhaust({ rejection, cause: replacement.cause })
    }
  }

  async #findReplacement(candidate: Candidate): Promise<Replacement> {
    if (this.#cooldown.isRunning) {
      return { isFound: false, cause: noReplacement(this.#current.source.name, candidate.credentials) }
    }
    const isSettled = () => candidate !== this.#candidate || candidate.isGood
    return await findReplacement(candidate, this.#current, { lastAccepted: this.#lastAccepted, isSettled })
  }

  #replacementFor(before: Candidate, { credentials, roundsDone }: Found): CandidateStart {
    const { offered, search, isRetry } = before
    const rejected = [...before.rejected, before.credentials]
    // The server accepted another secret before, so this one is tried again by a single connection.
    const maxProbes = this.#lastAccepted && isAmong(credentials, rejected) ? { maxProbes: 1 } : {}
    return { ...this.#fresh(credentials), offered, rejected, roundsDone, search, isRetry, ...maxProbes }
  }
}

/** True for a pooler's own error: PostgreSQL names the routine that sent an error, poolers do not. */
function isFromPooler({ fields }: ServerError): boolean {
  return fields.severity !== undefined && fields.routine === undefined
}

/** True for an error of Supavisor, which begins with a code of its own; it blocks an address after a few failures. */
function isFromStrictPooler({ message }: ServerError): boolean {
  return /^\(E[A-Z]+\) /.test(message)
}

function rejectionOf({ rejection, cause }: Exhaustion): ServerError {
  const again = rejection.again()
  again.cause = cause
  return again
}
