import type { RefusalReason } from './refusal.ts'

/** What became of a connect: what the client reports, and what servers saw. */
export type Actual = (
  | { readonly outcome: 'plain' | 'tls'; readonly seen: Readonly<Record<string, string>> }
  | { readonly refused: RefusalReason; readonly earlier?: readonly RefusalReason[]; readonly message: string }
) & {
  /** Undefined on a Unix socket. */
  readonly connections?: number
  readonly says: readonly string[]
}
