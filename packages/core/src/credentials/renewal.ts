import { CredentialsError } from '../errors/credentials-error.ts'
import { printable } from '../text/printable.ts'
import { isAmong } from './credentials.ts'
import { inTime } from './in-time.ts'
import { pause } from './pause.ts'
import type { SuppliedCredentials, Supply } from './supply.ts'
import type { Trial } from './trial.ts'

/** The pauses before the rounds in which a refused secret is asked for again: windows of rotations are short. */
const ROUNDS_MS = [0, 150, 500] as const
/** How long all rounds may take: who waits must have time left to be told. */
const RENEWAL_MS = 5000

/** What came of looking for another secret: the one to try, or the reason why there is none. */
export type Renewal = { readonly other: SuppliedCredentials; readonly rounds: number } | { readonly cause: unknown }

/**
 * Looks for a secret to try after that of `trial` was refused. In the first round it must be another; in the later ones the
 * same will do, as it may be the server that is late.
 *
 * @param isSettled Whether it is not needed: another is being tried, or somebody was let in with this one meanwhile, because
 *   one server behind the address is late; who was refused by that one tries again when the rounds are over.
 */
export async function renewed(trial: Trial, supply: Supply, isSettled: () => boolean): Promise<Renewal> {
  const { name } = supply.source
  const late = () =>
    new CredentialsError('CREDENTIALS_UNAVAILABLE', `${name} gave no other credentials within 5 s`, true)
  const refused = [...trial.refused, trial.credentials]
  let failure: unknown
  try {
    return await inTime(RENEWAL_MS, late, async (signal) => {
      for (const [round, wait] of ROUNDS_MS.entries()) {
        if (round < trial.rounds) continue
        if (wait > 0) await pause(wait, signal)
        if (isSettled()) continue
        const other = await supply.replacement(refused, signal).catch((error: unknown) => {
          failure = error
        })
        if (other && !isSettled() && (wait > 0 || !isAmong(other, refused))) return { other, rounds: round + 1 }
        trial.reopen()
      }
      return { cause: failure ?? refusedAll(name, trial.credentials) }
    })
  } catch (error) {
    return { cause: failure ?? error }
  }
}

/** The reason to give where the source gives what the server refuses. */
export function refusedAll(name: string, { version }: SuppliedCredentials): CredentialsError {
  const which = version === undefined ? '' : ` (version ${printable(version)})`
  return new CredentialsError(
    'CREDENTIALS_REFUSED',
    `the server refuses what ${name} gives${which}, and it gave nothing else when asked again; put the password there that the server has for this user, or set it on the server`,
    true,
  )
}
