import { heading, paragraph, styled } from '../screen.ts'
import type { DemoApplication } from './application.ts'
import { LogLines } from './log-lines.ts'
import { OpenTelemetryMetrics, PrometheusMetrics } from './metrics.ts'
import type { Scene, WatcherName } from './scenes.ts'
import type { DemoServers } from './servers.ts'
import { top } from './top.ts'
import { Traces } from './traces.ts'

/** The watchers that saw a scene. */
export type Seen = Readonly<Record<WatcherName, boolean>>

/** Lines of one watcher that are shown. */
const MOST_LINES = 4

/** Everything that watches the application. */
export class Watchers {
  readonly #logs = new LogLines()
  readonly #prometheus = new PrometheusMetrics()
  readonly #openTelemetry = new OpenTelemetryMetrics()
  readonly #traces = new Traces(this.#openTelemetry.provider)

  /** Runs a scene, and shows what each watcher sees of it. */
  async watch(scene: Scene, application: DemoApplication, servers: DemoServers): Promise<Seen> {
    heading(scene.title)
    const [start, { failed }] = [this.#logs.all.length, application]
    this.#traces.lines()
    let look: Omit<Record<WatcherName, readonly string[]>, 'logs' | 'traces'> | undefined
    const outcome = await scene.run(application, servers, async () => {
      const [Prometheus, OpenTelemetry] = await Promise.all([this.#prometheus.lines(), this.#openTelemetry.lines()])
      look = { Prometheus, OpenTelemetry, top: await showTop() }
    })
    paragraph(`${outcome}; ${application.failed - failed} orders failed.`)
    console.log()
    const logs = this.#logs.since(start).map(({ level, message }) => `${level} ${message}`)
    const all = { logs, top: [], Prometheus: [], OpenTelemetry: [], ...look, traces: this.#traces.lines() }
    const names = Object.keys(scene.signs) as WatcherName[]
    const seen = names.map((name) => {
      const signs = all[name].filter((line) => scene.signs[name].test(line))
      if (name !== 'top') showLines(name, name === 'logs' ? logs : signs)
      return [name, signs.length > 0] as const
    })
    return Object.fromEntries(seen) as Seen
  }

  async stop(): Promise<void> {
    this.#logs.stop()
    this.#traces.stop()
    this.#prometheus.stop()
    await this.#openTelemetry.stop()
  }
}

/** Shows what `npx verifull top` shows at this moment, and returns its lines. */
export async function showTop(): Promise<readonly string[]> {
  const picture = await top('--once')
  console.log(`  ${styled('dim', '$ npx verifull top')}\n`)
  console.log(picture.replace(/^(?=.)/gm, '  '))
  return picture.split('\n')
}

function showLines(name: string, lines: readonly string[]): void {
  for (const [index, line] of [...new Set(lines)].slice(-MOST_LINES).entries()) {
    paragraph(line, (index === 0 ? name : '').padEnd(15), 'dim')
  }
}
