import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { measureApart } from '../apart.ts'
import { clientsOf, type Way } from '../clients.ts'
import type { Destination } from '../destination.ts'

/** Connections opened before the first measurement, so that code, caches and pools have reached their size. */
const WARM_UP = 20

/** Memory of one open connection, in KiB. */
export interface Memory {
  readonly rss: number
  /** JavaScript objects and the buffers that they own. */
  readonly heap: number
}

interface Input {
  readonly way: Way
  readonly destination: Destination
  readonly connections: number
}

measureApart(async ({ way, destination, connections }: Input): Promise<Memory> => {
  const client = clientsOf(way, destination)
  const open: pg.Client[] = []
  const openMore = async (count: number) => {
    for (let opened = 0; opened < count; opened++) {
      const one = client()
      await one.connect()
      await one.query('select 1')
      open.push(one)
    }
  }
  await openMore(WARM_UP)
  const before = await used()
  await openMore(connections)
  const after = await used()
  await Promise.all(open.map((one) => one.end()))
  return {
    rss: (after.rss - before.rss) / 1024 / connections,
    heap: (after.heap - before.heap) / 1024 / connections,
  }
})

async function used(): Promise<{ rss: number; heap: number }> {
  for (let time = 0; time < 3; time++) {
    gc?.()
    await pause(20)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heap: heapUsed + external }
}
