import { isAmong } from '../credentials/credentials.ts'
import { AWAITED_MS, again } from '../credentials/retried.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { withTimeout } from '../time/deadline.ts'
import { sleep } from '../time/sleep.ts'
import type { Candidate } from './candidate.ts'
import type { CurrentCredentials, LoginCredentials } from './current-credentials.ts'

/** Times at which one search requests a replacement from the source. */
interface Schedule {
  /** Pause before each round, in ms; each round sends one request. */
  readonly retryDelaysMs: readonly number[]
  /** Limit for all rounds together, in ms; shorter than a pool's usual connection timeout, so that the reason is told. */
  readonly limitMs: number
  /** Most requests in one round, if the source fails. */
  readonly tries: number
}

/** Schedule at a server that has accepted no login yet: a wrong password fails soon. */
const FIRST_LOGIN: Schedule = { retryDelaysMs: [0, 150, 500], limitMs: 5000, tries: 1 }
/** Schedule at a server that accepted a login before: its secret is being rotated, and the search lasts as long as pools wait. */
const ROTATION: Schedule = { retryDelaysMs: [0, 150, 500, 1000, 1500, 2000, 3000], limitMs: 10_000, tries: 3 }
/** A pooler reads a changed secret within two seconds of the first rejection, and blocks clients that retry earlier. */
const POOLER_MS = 2000
const FIRST_LOGIN_AT_POOLER: Schedule = { retryDelaysMs: [0, 150, 500, POOLER_MS], limitMs: 5000, tries: 1 }
const ROTATION_AT_POOLER: Schedule = {
  retryDelaysMs: [0, 150, 500, POOLER_MS, 2500, 3000],
  limitMs: 10_000,
  tries: 3,
}
/** Schedule after a search without result: one request shows if the source has something else by now. */
const RETRY: Schedule = { retryDelaysMs: [0], limitMs: 5000, tries: 1 }
const SHORTEST_DELAY_MS = 100

/** The secret to try next, and the rounds of the search so far. */
export interface Found {
  readonly isFound: true
  readonly credentials: LoginCredentials
  readonly roundsDone: number
}

/** Result of a search; `cause` is the reason why there is no replacement. */
export type Replacement = Found | { readonly isFound: false; readonly cause: unknown }

/** Facts about the server that rejected the candidate. */
export interface ServerFacts {
  /** The secret that the server accepted last. */
  readonly lastAccepted: LoginCredentials | undefined
  /**
   * True when the search is no longer needed: a newer secret is being tried, or another server behind the address
   * accepted this one. The rounds continue all the same, for the connections that the lagging server rejected.
   */
  isSettled(): boolean
}

/**
 * Searches for a secret to try after the server rejected `candidate`.
 *
 * In the first round only a different one counts: the source's, or the one that the server accepted last. In later
 * rounds the same one counts as well, because the server may lag behind the store.
 */
export async function findReplacement(
  candidate: Candidate,
  current: CurrentCredentials,
  { lastAccepted, isSettled }: ServerFacts,
): Promise<Replacement> {
  const { name } = current.source
  const { retryDelaysMs, limitMs, tries } = scheduleFor(candidate, lastAccepted !== undefined)
  const late = () =>
    new CredentialsError(
      'CREDENTIALS_UNAVAILABLE',
      `${name} gave no other credentials within ${limitMs / 1000} s`,
      true,
    )
  const rejected = [...candidate.rejected, candidate.credentials]
  let failure: unknown
  // The time that a slow source takes counts towards the next pause; at a pooler the pause begins after the answer.
  let dueAt = candidate.isAtPooler ? performance.now() : candidate.search.beganAt
  try {
    return await withTimeout(limitMs, late, async (bounded) => {
      const { closing } = current.source
      const signal = closing ? AbortSignal.any([bounded, closing]) : bounded
      for (const [round, delayMs] of retryDelaysMs.entries()) {
        if (round >= candidate.roundsDone || !candidate.isAtPooler) dueAt += delayMs
        if (round < candidate.roundsDone) continue
        if (delayMs > 0) await sleep(Math.max(SHORTEST_DELAY_MS, dueAt - performance.now()), signal)
        if (isSettled()) continue
        const fetch = () => current.replacement({ rejected, search: candidate.search, signal })
        const answer = await again(fetch, signal, { mostMs: AWAITED_MS, tries }).catch((error: unknown) => {
          failure = error
        })
        if (isSettled()) continue
        const different = [answer, lastAccepted].filter((one) => one && isUsable(one) && !isAmong(one, rejected))
        const mayBeTheSame = delayMs > 0 && (!candidate.isAtPooler || delayMs >= POOLER_MS)
        const credentials = different[0] ?? (mayBeTheSame ? answer : undefined)
        if (credentials) return { isFound: true, credentials, roundsDone: round + 1 }
        candidate.unblock()
      }
      return { isFound: false, cause: failure ?? noReplacement(name, candidate.credentials) }
    })
  } catch (error) {
    return { isFound: false, cause: failure ?? error }
  }
}

function scheduleFor({ isRetry, isAtPooler }: Candidate, isRotation: boolean): Schedule {
  if (isRetry) return RETRY
  if (isAtPooler) return isRotation ? ROTATION_AT_POOLER : FIRST_LOGIN_AT_POOLER
  return isRotation ? ROTATION : FIRST_LOGIN
}

function isUsable({ retired, expiresAt }: LoginCredentials): boolean {
  return !retired?.aborted && (expiresAt === undefined || expiresAt.getTime() > Date.now())
}

/** The error when the source has nothing but what the server rejects. */
export function noReplacement(name: string, { version }: LoginCredentials): CredentialsError {
  const which = version === undefined ? '' : ` (version ${version})`
  return new CredentialsError(
    'CREDENTIALS_REFUSED',
    `the server refuses what ${name} gives${which}, and it gave nothing else when asked again; put the password there that the server has for this user, or set it on the server`,
    true,
  )
}
