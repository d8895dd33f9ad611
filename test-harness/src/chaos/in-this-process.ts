import diagnostics from 'node:diagnostics_channel'
import type { RehearsalAdapter } from '../rehearsal/workers.ts'
import type { ChaosClient, ClientEvent } from './client.ts'
import { footprint } from './footprint.ts'
import { instant, type Write } from './write.ts'
import { Writers } from './writers.ts'

/** Channels whose events are marks of the time line; each has a `kind`. */
const CHANNELS = ['credentials', 'tls', 'connection', 'pool', 'endpoint'].map((name) => `verifull:${name}`)

/** Callbacks of a client that reports to another process. */
interface Reporting {
  readonly onWrite?: (write: Write) => void
  readonly onEvent?: (event: ClientEvent) => void
}

/** Makes a client of an adapter, in this process: one that ends its process ends the run. */
export function inThisProcess(adapter: RehearsalAdapter, reporting: Reporting = {}): ChaosClient {
  const { name, work, oneHost = false } = adapter
  return {
    name,
    oneHost,
    async start(request, firstEntry = 0) {
      const writes: Write[] = []
      const events: ClientEvent[] = []
      const onWrite = reporting.onWrite ?? ((write) => void writes.push(write))
      const onEvent = reporting.onEvent ?? ((event) => void events.push(event))
      const hear = (message: unknown, channel: string | symbol) => {
        const { kind = '' } = message as { readonly kind?: string }
        // There are as many writers as connections, so the pool is always saturated.
        if (kind === 'saturated') return
        onEvent({ at: instant(), text: `${String(channel)} ${kind}`.trim() })
      }
      for (const channel of CHANNELS) diagnostics.subscribe(channel, hear)
      const handle = await work.open(request)
      const writers = new Writers({ work, handle, count: request.poolSize, firstEntry, onWrite })
      return {
        writes,
        events,
        exits: 0,
        hasOwnClock: false,
        rest: (isResting) => writers.rest(isResting),
        shiftClock() {
          throw new Error('the clock of a client is set in a process of its own alone')
        },
        footprint,
        async stop() {
          await writers.stop()
          const readOnly = await writers.readOnly()
          await work.close(handle)
          for (const channel of CHANNELS) diagnostics.unsubscribe(channel, hear)
          return { readOnly, isHung: false }
        },
      }
    },
  }
}
