import os from 'node:os'
import { vi } from 'vitest'

/** Changes to the clocks of a machine; they need fake timers. */
export const CLOCK_CHANGES: readonly { readonly what: string; change(milliseconds: number): void }[] = [
  {
    what: 'the wall clock is set forward',
    change: (milliseconds) => void vi.setSystemTime(Date.now() + milliseconds),
  },
  {
    what: 'the wall clock is set back',
    change: (milliseconds) => void vi.setSystemTime(Date.now() - milliseconds),
  },
  { what: 'the machine is suspended', change: suspend },
]

/** Stops timers and `performance.now()`, while the wall clock and the machine's uptime continue. */
export function suspend(milliseconds: number): void {
  const uptime = os.uptime() + milliseconds / 1000
  vi.spyOn(os, 'uptime').mockImplementation(() => uptime)
  vi.setSystemTime(Date.now() + milliseconds)
}
