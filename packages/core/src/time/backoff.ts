/**
 * Returns the wait before attempt `failures + 1`, in milliseconds: exponential from `firstMs` (default 250) to `mostMs`
 * (default 30 000), with full jitter.
 */
export function backoffMs(failures: number, mostMs = 30_000, firstMs = 250): number {
  const most = Math.min(mostMs, firstMs * 2 ** Math.max(0, failures - 1))
  // Never below a quarter: clients that failed together must not return together.
  return most * (0.25 + 0.75 * Math.random())
}
