import type { ScanRuleId } from './rules.ts'
import { SCAN_RULES } from './rules.ts'

const COMMENT = /verifull-ignore(-next-line)?\s+([\w-]+)(?:\s*:\s*(\S[^\n]*?))?\s*(?:\*\/|-->)?\s*$/

/** Comments `verifull-ignore RULE: reason`, for their own line and the next one. */
export class Suppressions {
  readonly #reasons = new Map<string, string>()

  constructor(text: string) {
    if (!text.includes('verifull-ignore')) return
    for (const [index, line] of text.split('\n').entries()) {
      const [, , rule = '', reason] =
        COMMENT.exec(line.slice(Math.max(0, line.lastIndexOf('verifull-ignore')), line.length).slice(0, 500)) ?? []
      if (!(rule in SCAN_RULES) || reason === undefined) continue
      for (const at of [index + 1, index + 2]) this.#reasons.set(`${rule} ${at}`, reason)
    }
  }

  /** The written reason for which a rule is ignored in a line, counted from 1. */
  reason(rule: ScanRuleId, line: number): string | undefined {
    return this.#reasons.get(`${rule} ${line}`)
  }
}
