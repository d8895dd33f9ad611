import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Returns the bytes that are in use on the heap after everything unused has been collected. */
export async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  // Finalizers, and what they let go, need turns of the event loop.
  for (let turn = 0; turn < 3; turn++) {
    collect()
    await sleep(10)
  }
  return process.memoryUsage().heapUsed
}
