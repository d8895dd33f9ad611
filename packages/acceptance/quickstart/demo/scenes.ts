import { setTimeout } from 'node:timers/promises'
import type { Stats } from '@verifull/pg'
import type { DemoApplication } from './application.ts'
import type { DemoServers } from './servers.ts'

/** Something that happens to the application. */
export interface Scene {
  readonly name: string
  readonly title: string
  /** Makes it happen; `look` is called when there is the most to see. */
  run(application: DemoApplication, servers: DemoServers, look: () => Promise<void>): Promise<string>
  /** A line of the log that tells of it. */
  readonly inLogs: RegExp
  /** True if the numbers of `top` show it. */
  inTop(before: Stats, seen: Stats): boolean
}

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
    inLogs: /secret fetched/,
    inTop: (before, seen) => newest(seen) > newest(before),
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
    inLogs: /is not usable at this moment/,
    inTop: (_, seen) => seen.endpoints.some(({ breaker }) => breaker !== 'closed'),
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
    inLogs: /lent nothing within/,
    inTop: (_, { pools }) => pools.some(({ counts }) => counts.active === counts.max && counts.waiting > 0),
  },
]

/** Number of the newest secret. */
function newest({ credentials }: Stats): number {
  return Math.max(0, ...credentials.map(({ generation }) => generation))
}
