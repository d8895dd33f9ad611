import { setTimeout } from 'node:timers/promises'
import type { DemoApplication } from './application.ts'
import type { DemoServers } from './servers.ts'

/** Something that happens to the application. */
export interface Scene {
  readonly name: string
  readonly title: string
  /** Makes it happen; `look` is called when there is the most to see. */
  run(application: DemoApplication, servers: DemoServers, look: () => Promise<void>): Promise<string>
  /** A line of each watcher that tells of it. */
  readonly signs: Readonly<Record<WatcherName, RegExp>>
}

/** The watchers of the application. */
export type WatcherName = 'logs' | 'top' | 'Prometheus' | 'OpenTelemetry' | 'traces'

/** All scenes, in their order. */
export const SCENES: readonly Scene[] = [
  {
    name: 'rotation',
    title: 'A rotation: the role has a new password, and the file of the application has it a moment later',
    async run(application, servers, look) {
      await servers.rotate()
      const refused = await application.runReports(4, 0.5)
      await look()
      return `4 reports at once needed new sessions, ${4 - refused} of which logged in with the new password`
    },
    signs: {
      logs: /gave up a session to .*: rotated/,
      top: /DB_PASSWORD_FILE .* no\. 2 .*fresh/,
      Prometheus: /^db_pool_connections_retired_total\{.*reason="rotated".*\} [1-9]/,
      OpenTelemetry: /^verifull\.credential\.generation\{.*\} 2$/,
      traces: /^verifull\.connect .* ok in/,
    },
  },
  {
    name: 'failover',
    title: 'A failover: the primary is killed, and the standby is promoted 2 s later',
    async run(application, { cluster }, look) {
      await cluster.caughtUp()
      await cluster.primary.shutDown('crash')
      const [killedAt, written] = [performance.now(), application.written]
      const goesOn = application.hasWrittenMoreThan(written)
      await setTimeout(1000)
      await look()
      await setTimeout(1000)
      await cluster.promote()
      return `the next order was written ${((await goesOn) - killedAt).toFixed(0)} ms after the primary was killed`
    },
    signs: {
      logs: /is not usable at this moment/,
      top: /^localhost:\d+ .*(down, ECONNREFUSED|trying)/,
      Prometheus: /^db_breaker_open\{.*\} 1$/,
      OpenTelemetry: /^verifull\.breaker\.state\{.*"(open|half-open)"\} 1$/,
      traces: /^verifull\.connect .* ok in .* after \d+ failed attempts/,
    },
  },
  {
    name: 'exhausted pool',
    title: 'An exhausted pool: 12 reports of 4 s each on a pool of 4 sessions, which each wait 2.5 s for one',
    async run(application, _, look) {
      const reports = application.runReports(12, 4)
      await setTimeout(300)
      await look()
      return `${await reports} of 12 reports were refused in time, and the orders went on on their own pool`
    },
    signs: {
      logs: /lent nothing within/,
      top: /#2 +4\/4 .* [1-9] /,
      Prometheus: /^db_pool_waiting_checkouts\{.*\} [1-9]/,
      OpenTelemetry: /^db\.client\.connection\.pending_requests\{.*\} [1-9]/,
      traces: /^verifull\.pool\.acquire .*POOL_TIMEOUT/,
    },
  },
]
