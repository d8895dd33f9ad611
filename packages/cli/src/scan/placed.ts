import type { Severity } from '@verifull/core/adapter'
import type { Found } from './found.ts'
import { Positions } from './positions.ts'
import { SCAN_RULES } from './rules.ts'
import { Suppressions } from './suppressions.ts'

/** A flaw with its lines and columns; one that a comment accepts is a note with the written reason. */
export interface Placed extends Found {
  readonly severity: Severity
  readonly from: { readonly line: number; readonly column: number }
  readonly to: { readonly line: number; readonly column: number }
  readonly reason?: string
}

/** Places the flaws of a text. */
export function placed(found: readonly Found[], text: string): readonly Placed[] {
  if (found.length === 0) return []
  const positions = new Positions(text)
  const suppressions = new Suppressions(text)
  return found.map((flaw) => {
    const from = positions.at(flaw.start)
    const reason = suppressions.reason(flaw.rule, from.line)
    return {
      ...flaw,
      severity: reason === undefined ? (flaw.severity ?? SCAN_RULES[flaw.rule].severity) : 'note',
      from,
      to: positions.at(flaw.end),
      ...(reason !== undefined && { reason }),
    }
  })
}
