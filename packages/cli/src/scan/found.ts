import type { Severity } from '@verifull/core/adapter'
import type { ScanRuleId } from './rules.ts'

/** A flaw in a text; `start` and `end` are its UTF-16 offsets. */
export interface Found {
  readonly rule: ScanRuleId
  /** Default: the severity of the rule. */
  readonly severity?: Severity
  /** The violation, in words, without any secret. */
  readonly what: string
  readonly start: number
  readonly end: number
}

/** Flaws in one text, and the reason why it could not be read whole. */
export interface Scanned {
  readonly found: readonly Found[]
  readonly unchecked?: string
}
