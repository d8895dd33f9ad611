import { placed } from './placed.ts'
import { SCAN_RULES, type ScanRuleId } from './rules.ts'
import { scanText } from './scan-text.ts'

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
  return placed(scanText(text, path).found, text)
    .filter(({ severity }) => severity !== 'note')
    .map(({ rule, what, start, end }) => ({ rule, message: `${what} (${rule}); ${SCAN_RULES[rule].fix}`, start, end }))
}
