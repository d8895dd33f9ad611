/**
 * Returns the wait before attempt `failures + 1`, in milliseconds: exponential from 250 ms to `mostMs` (default 30
 * 000), with full jitter.
 */
export function backoffMs(failures: number, mostMs = 30_000): number {
  const most = Math.min(mostMs, 250 * 2 ** Math.max(0, failures - 1))
  // Never below a quarter: clients that failed together must not return together.
  return most * (0.25 + 0.75 * Math.random())
}
