// The child process of chaos-client.ts: one adapter and its writers.
import type { ClientEvent, ClientUnderLoad } from '../chaos/client.ts'
import { shiftClock } from '../chaos/clock.ts'
import { inThisProcess } from '../chaos/in-this-process.ts'
import type { Write } from '../chaos/write.ts'
import type { ClientOrder, ClientReport } from './chaos-client.ts'
import { chosenAdapters } from './rehearsal-adapters.ts'

/** Time between two reports, in ms; writes of less than that are lost with the process. */
const REPORT_MS = 20

let client: ClientUnderLoad | undefined
let writes: Write[] = []
let events: ClientEvent[] = []

async function obey(order: ClientOrder): Promise<void> {
  if ('start' in order) await start(order.start)
  else if ('rest' in order) client?.rest(order.rest)
  else if ('shiftClock' in order) shiftClock(order.shiftClock)
  else if ('measure' in order) tell({ footprint: await (client as ClientUnderLoad).footprint() })
  else await stop()
}

async function start({ module, name, request, firstEntry }: Extract<ClientOrder, { start: unknown }>['start']) {
  const [adapter] = await chosenAdapters({ adapter: [module], only: [name], baseline: [] })
  if (!adapter) throw new Error(`adapter module ${module} no longer exports "${name}"`)
  const onWrite = (write: Write) => void writes.push(write)
  const onEvent = (event: ClientEvent) => void events.push(event)
  Object.assign(process.env, request.environment)
  client = await inThisProcess(adapter, { onWrite, onEvent }).start(request, firstEntry)
  tell({ started: true })
  setInterval(report, REPORT_MS).unref()
}

async function stop(): Promise<void> {
  const stopped = (await client?.stop()) ?? { readOnly: 0, isHung: false }
  report()
  process.send?.({ stopped } satisfies ClientReport, undefined, undefined, () => process.exit())
}

function report(): void {
  if (writes.length + events.length === 0) return
  tell({ writes, events })
  writes = []
  events = []
}

function tell(message: ClientReport): void {
  process.send?.(message)
}

// Orders are carried out in turn, so that one before the end of `start` meets a client.
let last: Promise<void> = Promise.resolve()
process.on('message', (order: ClientOrder) => {
  last = last.then(() => obey(order))
})
process.on('disconnect', () => process.exit())
