import { withDeadline } from '@verifull/core/diagnostics'

/**
 * Runs `work` with a signal that aborts with a `TimeoutError` after `timeoutMs`, or when `signal` does.
 *
 * Not by `AbortSignal.any()` of a timeout: Node frees a timeout that nothing else holds, and it never comes.
 */
export function within<Result>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (bounded: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return withDeadline(timeoutMs, () => new DOMException('The time is up', 'TimeoutError'), signal, work)
}

/** True for the reason of a signal whose time was up. */
export function isTimeout(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'TimeoutError'
}
