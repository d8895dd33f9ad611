import type { RefusalReason } from './refusal.ts'

/** The outcome of a connect: the client's report and the servers' view. */
export type Actual = (
  | { readonly outcome: 'plain' | 'tls'; readonly seen: Readonly<Record<string, string>> }
  | { readonly refused: RefusalReason; readonly earlier?: readonly RefusalReason[]; readonly message: string }
) & {
  /** TCP connections; undefined on a Unix socket. */
  readonly connections?: number
  readonly says: readonly string[]
}
