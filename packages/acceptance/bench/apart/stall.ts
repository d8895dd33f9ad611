import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { measureApart } from '../apart.ts'
import { clientsOf, connectAndQuery, type Way } from '../clients.ts'
import { median } from '../contest.ts'
import type { Destination } from '../destination.ts'

const PARALLEL = 20
const WARM_ROUNDS = 5

/** Longest time that the event loop was blocked while {@link PARALLEL} connections were opened, in ms. */
export interface Stall {
  /** The first connections of the process. */
  readonly cold: number
  /** Later connections: the median, and the minimum, which other work on the machine disturbs least. */
  readonly warm: number
  readonly least: number
}

measureApart(async ({ way, destination }: { way: Way; destination: Destination }): Promise<Stall> => {
  const client = clientsOf(way, destination)
  const longestStall = async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    await pause(20)
    delay.reset()
    await Promise.all(Array.from({ length: PARALLEL }, () => connectAndQuery(client())))
    delay.disable()
    return delay.max / 1e6
  }
  const cold = await longestStall()
  const warm: number[] = []
  for (let round = 0; round < WARM_ROUNDS; round++) warm.push(await longestStall())
  return { cold, warm: median(warm), least: Math.min(...warm) }
})
