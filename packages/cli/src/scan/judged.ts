import { Positions } from './positions.ts'
import { SCAN_RULES, type ScanRuleId } from './rules.ts'
import { scanText } from './scan-text.ts'
import { Suppressions } from './suppressions.ts'

/** A flaw in the text of one file, for tools that report in their own way. */
export interface Judged {
  readonly rule: ScanRuleId
  readonly message: string
  /** UTF-16 offsets. */
  readonly start: number
  readonly end: number
}

/** The flaws in a text that no comment accepts; what is only a note is left out. */
export function judgedText(text: string, path: string): readonly Judged[] {
  const { found } = scanText(text, path)
  if (found.length === 0) return []
  const positions = new Positions(text)
  const suppressions = new Suppressions(text)
  return found
    .filter(({ rule, severity = SCAN_RULES[rule].severity }) => severity !== 'note')
    .filter(({ rule, start }) => suppressions.reason(rule, positions.at(start).line) === undefined)
    .map(({ rule, what, start, end }) => ({ rule, message: `${what} (${rule}); ${SCAN_RULES[rule].fix}`, start, end }))
}
