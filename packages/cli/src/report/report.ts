import type { Severity } from '@verifull/core/adapter'
import type { Style } from './style.ts'

/** Result of a command: facts, findings, and all that could not be checked. No text in it is a secret. */
export interface Report {
  /** Name of the command. */
  readonly command: string
  readonly findings: readonly ReportedFinding[]
  readonly unchecked: readonly Unchecked[]
  /** The command's own facts, for `--format json`; plain data. */
  readonly facts: Readonly<Record<string, unknown>>
  /** The facts as lines of text, without the findings, which every report prints in the same way. */
  text(style: Style): readonly string[]
}

/** A report that the baseline was held against. */
export interface JudgedReport extends Report {
  /** Findings that the baseline accepts; they are not among `findings`. */
  readonly accepted: readonly AcceptedFinding[]
  /** Working directory, to which the files of locations are relative. */
  readonly folder: string
}

/** One thing that is wrong or worth saying, and its place. */
export interface ReportedFinding {
  /** Stable id of the rule, or `parameter:NAME` for a wrong parameter. */
  readonly rule: string
  readonly severity: Severity
  /** The violation, in words. */
  readonly what: string
  /** The secure fix. */
  readonly fix: string
  /** Written reason, if the rule was allowed by name. */
  readonly allowedBecause?: string
  readonly location?: Location
  /** Address of the documentation. */
  readonly help?: string
  /** Text that stays the same while lines move, for baselines and SARIF fingerprints. Default: the file and `what`. */
  readonly key?: string
}

/** A finding that the baseline accepts, with the written reason. */
export interface AcceptedFinding extends ReportedFinding {
  readonly reason: string
  /** Last day on which the finding is accepted, `YYYY-MM-DD`. */
  readonly expires?: string
}

/** A place in a file; lines and columns count from 1, columns in UTF-16 units. */
export interface Location {
  /** Path relative to the working directory, with `/`. */
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly endLine?: number
  readonly endColumn?: number
}

/** Something that was to be checked and could not be. */
export interface Unchecked {
  /** The thing: a file, a host, a fact. */
  readonly what: string
  readonly why: string
}
