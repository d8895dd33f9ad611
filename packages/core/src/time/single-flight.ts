/** Work that runs once at a time. */
export interface SingleFlight<T> {
  /** Runs the work; a call while it runs gets the same promise. */
  (): Promise<T>
  /** True while the work runs. */
  isRunning(): boolean
  /** Resolves when nothing runs any more, whatever came of it. */
  settled(): Promise<void>
}

/** Wraps `work` so that one call runs at a time: a call while it runs gets the same promise. */
export function singleFlight<T>(work: () => Promise<T>): SingleFlight<T> {
  let running: Promise<T> | undefined
  const run = () => {
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
  const settled = async () => {
    while (running) await running.catch(() => {})
  }
  return Object.assign(run, { settled, isRunning: () => running !== undefined })
}
