import type { RetireReason } from '@verifull/core/adapter'

/** The reason that a session leaves its pool. */
export interface RetiredFor {
  readonly reason: RetireReason
  /** SQLSTATE with which the server made it unfit. */
  readonly sqlState: string | undefined
}
