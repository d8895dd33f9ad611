import type { Stats } from '@verifull/pg'
import { heading, paragraph, styled } from '../screen.ts'
import type { DemoApplication } from './application.ts'
import type { LogLines } from './log-lines.ts'
import type { Scene } from './scenes.ts'
import type { DemoServers } from './servers.ts'
import { top, topStats } from './top.ts'

/** Everything that watches the application. */
export interface Watchers {
  readonly logs: LogLines
}

/** The watchers that saw a scene, by their names. */
export type Seen = Readonly<Record<string, boolean>>

/** Log lines of a scene that are shown. */
const MOST_LINES = 8

/** Runs a scene, and shows what each watcher sees of it. */
export async function watchedScene(
  scene: Scene,
  application: DemoApplication,
  servers: DemoServers,
  { logs }: Watchers,
): Promise<Seen> {
  heading(scene.title)
  const before = await topStats()
  const [start, { failed }] = [logs.all.length, application]
  let seen: Stats | undefined
  const outcome = await scene.run(application, servers, async () => {
    seen = await topStats()
    await showTop()
  })
  const lines = logs.since(start)
  for (const { level, message } of lines.slice(0, MOST_LINES)) paragraph(message, `${level.padEnd(6)}`, 'dim')
  console.log()
  paragraph(`${outcome}; ${application.failed - failed} orders failed.`)
  return {
    logs: lines.some(({ message }) => scene.inLogs.test(message)),
    top: seen !== undefined && scene.inTop(before, seen),
  }
}

/** Shows what `npx verifull top` shows at this moment. */
export async function showTop(): Promise<void> {
  const picture = await top('--once')
  console.log(`  ${styled('dim', '$ npx verifull top')}\n`)
  console.log(picture.replace(/^(?=.)/gm, '  '))
}
