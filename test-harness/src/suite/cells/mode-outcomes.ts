import { orStricter, PLAIN_SECOND, refused } from '../outcome.ts'
import type { OutcomeByValue, RowOutcome } from './row.ts'

/** One outcome in the modes that connect by TLS alone. */
export function inModesThatRequireTls(outcome: RowOutcome): OutcomeByValue {
  return { require: outcome, 'verify-ca': outcome, 'verify-full': outcome }
}

/** One outcome in the modes that begin with TLS. */
export function inModesWithTls(outcome: RowOutcome): OutcomeByValue {
  return { prefer: outcome, ...inModesThatRequireTls(outcome) }
}

/** An untrusted chain with a known root: under prefer, and under no other mode, libpq continues in plaintext. */
export const UNTRUSTED: OutcomeByValue = {
  prefer: orStricter(PLAIN_SECOND, refused('verify'), 'verification-is-final'),
  ...inModesThatRequireTls(refused('verify')),
}
