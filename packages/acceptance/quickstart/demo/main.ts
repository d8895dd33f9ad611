import '../own-environment.ts'
import { once } from 'node:events'
import { exposeMonitor } from '@verifull/pg'
import { heading, paragraph, step, styled, table } from '../screen.ts'
import { DemoApplication } from './application.ts'
import { SCENES, type WatcherName } from './scenes.ts'
import { startDemoServers } from './servers.ts'
import { NAME } from './top.ts'
import { type Seen, showTop, Watchers } from './watchers.ts'

const stops: (() => unknown)[] = []

async function main(): Promise<boolean> {
  const began = performance.now()
  console.log(
    styled(
      'bold',
      'Verifull demo: a rotation, a failover and an exhausted pool, as logs, metrics, traces and top show them',
    ),
  )
  heading('PostgreSQL with TLS, and an application')
  const servers = await step('a primary, a standby and a certificate authority', startDemoServers)
  stops.push(() => servers.stop())
  Object.assign(process.env, servers.variables)
  const watchers = new Watchers()
  stops.push(() => watchers.stop())
  const exposed = await exposeMonitor({ name: NAME })
  stops.push(() => exposed.close())
  const application = new DemoApplication()
  stops.push(() => application.stop())
  await step('an application with two pools, which writes orders', () => application.start())
  await showTop()

  const seen: Seen[] = []
  for (const scene of SCENES) seen.push(await watchers.watch(scene, application, servers))
  await showVerdict(seen)
  if (process.argv.includes('--keep')) await keep()
  await stop()
  paragraph(`Servers and files are gone again (${((performance.now() - began) / 1000).toFixed(1)} s).`)
  paragraph('Next: docs/guides/top.md. What you saw is packages/acceptance/quickstart/demo/.')
  return seen.every((one) => Object.values(one).every((saw) => saw))
}

/** A table of the scenes and of the watchers that saw them. */
async function showVerdict(seen: readonly Seen[]): Promise<void> {
  heading('Seen by')
  const names = Object.keys(SCENES[0]?.signs ?? {}) as WatcherName[]
  const rows = SCENES.map(({ name }, index) => [name, ...names.map((one) => (seen[index]?.[one] ? 'yes' : 'NO'))])
  table([['', ...names], ...rows])
  console.log()
}

async function keep(): Promise<void> {
  paragraph('It goes on. In another terminal: npx verifull top. Ctrl-C ends it.')
  await once(process, 'SIGINT')
}

async function stop(): Promise<void> {
  for (const one of stops.splice(0).reverse()) await one()
}

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    if (process.argv.includes('--keep') && signal === 'SIGINT') return
    interrupted = true
    stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  })
}

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1
  },
  async (error: unknown) => {
    if (interrupted) return
    console.error(`\n${styled('red', 'The demo failed')}\n`)
    console.error(error)
    await stop()
    process.exitCode = 1
  },
)
