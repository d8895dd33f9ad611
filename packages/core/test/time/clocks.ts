import os from 'node:os'
import { vi } from 'vitest'

/** What may become of the clocks of a machine; wants fake timers. */
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

/** Timers and `performance.now()` stand still, while the wall clock and the machine's uptime go on. */
export function suspend(milliseconds: number): void {
  const uptime = os.uptime() + milliseconds / 1000
  vi.spyOn(os, 'uptime').mockImplementation(() => uptime)
  vi.setSystemTime(Date.now() + milliseconds)
}
