import type { Profile } from '@verifull/core/diagnostics'

/** One server to examine. */
export interface Examined {
  readonly profile: Profile
  readonly endpoint: Profile['endpoints'][number]
  /** `primary`, or `replica 1` … */
  readonly role: string
  /** Source of the password in words, if there is one. */
  readonly password: string | undefined
  /** Greatest number of connections of one process to this server. */
  readonly poolMax: number | undefined
  /** Processes that have such a pool each. */
  readonly instances: number
  /** Limit for each step, in milliseconds. */
  readonly timeoutMs: number
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal
  /** Tells the step that begins. */
  step(what: string): void
}
