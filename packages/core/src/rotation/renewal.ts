import { isAmong } from '../credentials/credentials.ts'
import { AWAITED_MS, again } from '../credentials/retried.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { withTimeout } from '../time/deadline.ts'
import { sleep } from '../time/sleep.ts'
import type { SuppliedCredentials, Supply } from './supply.ts'
import type { Trial } from './trial.ts'

/** When a refused secret is asked for again, and for how long. */
interface Schedule {
  /** The pauses before the rounds, each of which asks once. */
  readonly roundsMs: readonly number[]
  /** How long all rounds may take: who waits must have time left to be told. */
  readonly limitMs: number
  /** How often a source that fails is asked in one round. */
  readonly tries: number
}

/** Windows of rotations are short. */
const COLD: Schedule = { roundsMs: [0, 150, 500], limitMs: 5000, tries: 1 }
/** Where the server has let us in before, a rotation is under way: the search goes on as long as connections may wait. */
const PROVEN: Schedule = { roundsMs: [0, 150, 500, 1000, 1500, 2000, 3000], limitMs: 10_000, tries: 3 }
/** A pooler learns of a new secret within two seconds of the first refusal, and blocks whoever tries it again before. */
const POOLER_MS = 2000
const COLD_POOLER: Schedule = { roundsMs: [0, 150, 500, POOLER_MS], limitMs: 5000, tries: 1 }
const PROVEN_POOLER: Schedule = { roundsMs: [0, 150, 500, POOLER_MS, 2500, 3000], limitMs: 10_000, tries: 3 }
const LEAST_PAUSE_MS = 100
/** After a search that found nothing, one question tells whether the source has another secret by now. */
const REPEATED: Schedule = { roundsMs: [0], limitMs: 5000, tries: 1 }

/** What came of looking for another secret: the one to try, or the reason why there is none. */
export type Renewal = { readonly other: SuppliedCredentials; readonly rounds: number } | { readonly cause: unknown }

/** What is known where a secret was refused. */
export interface Situation {
  /** The secret that the server accepted last. */
  readonly proven: SuppliedCredentials | undefined
  /**
   * True where no other is needed: another is being tried, or somebody was let in with this one meanwhile, because one
   * server behind the address is late; who was refused by that one tries again when the rounds are over.
   */
  isSettled(): boolean
}

/**
 * Looks for a secret to try after that of `trial` was refused. In the first round it must be another, of the source or
 * the one that the server accepted last; in the later ones the same will do, as it may be the server that is late.
 */
export async function renewed(trial: Trial, supply: Supply, { proven, isSettled }: Situation): Promise<Renewal> {
  const { name } = supply.source
  const { roundsMs, limitMs, tries } = scheduleFor(trial, proven !== undefined)
  const late = () =>
    new CredentialsError(
      'CREDENTIALS_UNAVAILABLE',
      `${name} gave no other credentials within ${limitMs / 1000} s`,
      true,
    )
  const refused = [...trial.refused, trial.credentials]
  let failure: unknown
  // A source that takes its time for an answer has used up the pause after it; a pooler wants all of it.
  let dueAt = trial.isPatient ? performance.now() : trial.search.beganAt
  try {
    return await withTimeout(limitMs, late, async (signal) => {
      for (const [round, wait] of roundsMs.entries()) {
        if (round >= trial.rounds || !trial.isPatient) dueAt += wait
        if (round < trial.rounds) continue
        if (wait > 0) await sleep(Math.max(LEAST_PAUSE_MS, dueAt - performance.now()), signal)
        if (isSettled()) continue
        const ask = () => supply.replacement({ rejected: refused, search: trial.search, signal })
        const given = await again(ask, signal, { mostMs: AWAITED_MS, tries }).catch((error: unknown) => {
          failure = error
        })
        if (isSettled()) continue
        const others = [given, proven].filter((one) => one && isUsable(one) && !isAmong(one, refused))
        const sameWillDo = wait > 0 && (!trial.isPatient || wait >= POOLER_MS)
        const other = others[0] ?? (sameWillDo ? given : undefined)
        if (other) return { other, rounds: round + 1 }
        trial.reopen()
      }
      return { cause: failure ?? refusedAll(name, trial.credentials) }
    })
  } catch (error) {
    return { cause: failure ?? error }
  }
}

function scheduleFor({ isRepeated, isPatient }: Trial, isProven: boolean): Schedule {
  if (isRepeated) return REPEATED
  if (isPatient) return isProven ? PROVEN_POOLER : COLD_POOLER
  return isProven ? PROVEN : COLD
}

function isUsable({ retired, expiresAt }: SuppliedCredentials): boolean {
  return !retired?.aborted && (expiresAt === undefined || expiresAt.getTime() > Date.now())
}

/** The reason to give where the source gives what the server refuses. */
export function refusedAll(name: string, { version }: SuppliedCredentials): CredentialsError {
  const which = version === undefined ? '' : ` (version ${version})`
  return new CredentialsError(
    'CREDENTIALS_REFUSED',
    `the server refuses what ${name} gives${which}, and it gave nothing else when asked again; put the password there that the server has for this user, or set it on the server`,
    true,
  )
}
