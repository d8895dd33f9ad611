import { orStricter, PLAIN_SECOND, refused } from '../outcome.ts'
import type { Sslmode } from '../sslmode.ts'
import type { OutcomeByValue, RowOutcome } from './row.ts'

type InModes<Mode extends Sslmode> = Readonly<Record<Mode, RowOutcome>>

/** An outcome for each mode, so that a new one does not compile without its own. */
export type InEveryMode = InModes<Sslmode>

/** One outcome in the modes that connect by TLS alone. */
export function inModesThatRequireTls(outcome: RowOutcome): InModes<'require' | 'verify-ca' | 'verify-full'> {
  return { require: outcome, 'verify-ca': outcome, 'verify-full': outcome }
}

/** One outcome in the modes that begin with TLS. */
export function inModesWithTls(outcome: RowOutcome): InModes<'prefer' | 'require' | 'verify-ca' | 'verify-full'> {
  return { prefer: outcome, ...inModesThatRequireTls(outcome) }
}

/** An untrusted chain with a known root: under prefer, and under no other mode, libpq continues in plaintext. */
export const UNTRUSTED: OutcomeByValue = {
  prefer: orStricter(PLAIN_SECOND, refused('verify'), 'verification-is-final'),
  ...inModesThatRequireTls(refused('verify')),
}
