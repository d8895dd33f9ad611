import { orStricter, PLAIN_SECOND, refused } from '../outcome.ts'
import type { OutcomeByValue, RowOutcome } from './row.ts'

const VERIFY = refused('verify')

/** An untrusted chain with a known root: under prefer, and under no other mode, libpq continues in plaintext. */
export const UNTRUSTED: OutcomeByValue = {
  prefer: orStricter(PLAIN_SECOND, VERIFY, 'verification-is-final'),
  require: VERIFY,
  'verify-ca': VERIFY,
  'verify-full': VERIFY,
}

/** One outcome in every mode that may verify. */
export function inModesWithTls(outcome: RowOutcome): OutcomeByValue {
  return { prefer: outcome, require: outcome, 'verify-ca': outcome, 'verify-full': outcome }
}
