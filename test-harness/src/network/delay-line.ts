/** Acts that are carried out later, in order. */
export interface DelayLine {
  /** Carries `act` out after `delayMs`, or later if an earlier act is later; at once if nothing delays it. */
  later(act: () => void, delayMs: number): void
  /** Drops the acts that are left. */
  stop(): void
}

/** Makes a delay line. */
export function delayLine(): DelayLine {
  const late: { readonly at: number; readonly act: () => void }[] = []
  let timer: NodeJS.Timeout | undefined
  const deliver = () => {
    timer = undefined
    // A timer may fire up to a millisecond early.
    while (late[0] && late[0].at <= performance.now() + 0.5) late.shift()?.act()
    if (late[0]) timer = setTimeout(deliver, late[0].at - performance.now())
  }
  return {
    later(act, delayMs) {
      if (delayMs === 0 && late.length === 0) return act()
      late.push({ at: Math.max(late.at(-1)?.at ?? 0, performance.now() + delayMs), act })
      timer ??= setTimeout(deliver, delayMs)
    },
    stop() {
      late.length = 0
      clearTimeout(timer)
    },
  }
}
