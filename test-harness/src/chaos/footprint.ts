import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Footprint } from './client.ts'

/** Rounds of garbage collection; weak references and finalizers need more than one. */
const ROUNDS = 3

/** Measures this process after a garbage collection. */
export async function footprint(): Promise<Footprint> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  for (let round = 0; round < ROUNDS; round++) {
    collect()
    await pause(5)
  }
  const resources = process.getActiveResourcesInfo()
  return {
    heap: process.memoryUsage().heapUsed,
    handles: resources.length,
    sockets: resources.filter((kind) => kind === 'TCPSocketWrap').length,
  }
}
