// The child process of suite-process.ts: one adapter and the suite.
import { libpqOracle } from '../oracle/libpq.ts'
import type { Adapter } from '../suite/adapter.ts'
import { startWorld, type World } from '../suite/run/world.ts'
import { runCells } from '../suite/run.ts'
import { loadAdapters } from './adapter-module.ts'
import { type Answer, LIBPQ, type Order } from './messages.ts'
import { withTimeouts } from './with-timeouts.ts'

let adapter: Adapter | undefined
let world: World | undefined
let uncaught: string | undefined

async function obey(order: Order): Promise<Answer> {
  if ('load' in order) return { names: (await loadAdapters(order.load)).map(({ name }) => name) }
  if ('start' in order) return start(order.start)
  if ('cells' in order) return run(order.cells)
  await world?.stop()
  await adapter?.close?.()
  process.exit()
}

async function start({ module, name, major, from }: Extract<Order, { start: unknown }>['start']): Promise<Answer> {
  adapter = module === LIBPQ.module ? await libpqOracle() : await loaded(module, name)
  world = await startWorld({ ...(major === undefined ? {} : { major }), ...(from === undefined ? {} : { from }) })
  return { started: { adapter: adapter.name, server: world.server } }
}

async function loaded(module: string, name: string): Promise<Adapter> {
  const found = (await loadAdapters(module)).find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`adapter module ${module} no longer exports "${name}"`)
  return withTimeouts(found)
}

async function run(ids: readonly string[]): Promise<Answer> {
  if (adapter === undefined || world === undefined) throw new Error('cells are run when the world stands')
  uncaught = undefined
  const results = await runCells({ adapter, world, only: ({ id }) => ids.includes(id) })
  return uncaught === undefined ? { results } : { uncaught }
}

process.on('uncaughtException', (error: unknown) => {
  uncaught ??= messageOf(error)
})
process.on('disconnect', () => process.exit())
process.on('message', (order: Order) => {
  obey(order)
    .catch((error: unknown): Answer => ({ impossible: messageOf(error) }))
    .then((answer) => process.send?.(answer))
})
setInterval(() => process.send?.('beat'), 1000).unref()

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
