import { heldSlots } from './held-slots.ts'
import type { EndSignal, OwnedServer } from './process-server.ts'
import type { PostgresServer } from './server.ts'
import { whenAdmitted } from './when-admitted.ts'

/** Ways to end a server: `smart` waits for its sessions, `fast` ends them, `immediate` drops them, `crash` is kill -9. */
export type ShutDownWay = keyof typeof SIGNALS

const SIGNALS = {
  smart: 'SIGTERM',
  fast: 'SIGINT',
  immediate: 'SIGQUIT',
  crash: 'SIGKILL',
} as const satisfies Record<string, EndSignal>

/** A server of a cluster, with the faults that it can be given. */
export interface ClusterServer extends PostgresServer {
  /** True unless it was shut down. */
  readonly isRunning: boolean
  /** Ends it. {@link start} starts it again, at the same port and with the same data. */
  shutDown(way: ShutDownWay): Promise<void>
  /** Starts it again after {@link shutDown}. */
  start(): Promise<void>
  /** Suspends all its processes (SIGSTOP): connections open, and nothing answers. */
  suspend(): Promise<void>
  /** Ends {@link suspend}. */
  resume(): Promise<void>
  /** Makes it a standby of `primary`: at once if it is a running standby, else from its next start on. */
  follow(primary: PostgresServer): Promise<void>
  /** Shuts it down if it runs, and starts it as a standby of `primary` with a copy of its data, whatever it had before. */
  rejoin(primary: PostgresServer): Promise<void>
  /**
   * Makes it read-only, or writable again, without closing a session (`default_transaction_read_only`): a write fails
   * with 25006.
   */
  setReadOnly(isReadOnly: boolean): Promise<void>
  /**
   * Ends sessions of applications with 57P01.
   *
   * @param which `idle` spares those that run a statement or are in a transaction. Default: `all`.
   * @returns the number of them.
   */
  endSessions(which?: 'all' | 'idle'): Promise<number>
  /**
   * Takes all slots that are free, and that become free, until the returned function is called: logins fail with 53300.
   * The superuser's slots stay free.
   */
  fillSlots(): Promise<() => Promise<void>>
}

/** Makes it of a process. */
export function clusterServer({ server, process }: OwnedServer): ClusterServer {
  let isRunning = true
  const descriptors = Object.getOwnPropertyDescriptors(server)
  // The port is a getter, so the server is extended and not spread.
  return Object.defineProperties({} as ClusterServer, {
    ...descriptors,
    ...Object.getOwnPropertyDescriptors({
      get isRunning() {
        return isRunning
      },
      async shutDown(way: ShutDownWay) {
        isRunning = false
        await process.end(SIGNALS[way])
      },
      async start() {
        await process.launch()
        isRunning = true
      },
      async rejoin(primary: PostgresServer) {
        if (isRunning) await process.end(SIGNALS.fast)
        await process.copyFrom(primary)
        await process.follow(primary)
        await process.launch()
        isRunning = true
      },
      suspend: () => process.signalAll('SIGSTOP'),
      resume: () => process.signalAll('SIGCONT'),
      async follow(primary: PostgresServer) {
        await process.follow(primary)
        if (isRunning) await server.reload()
      },
      async setReadOnly(isReadOnly: boolean) {
        await server.sql(`alter system set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`)
        await server.reload()
      },
      async endSessions(which: 'all' | 'idle' = 'all') {
        const condition = which === 'idle' ? "and state = 'idle'" : ''
        const end = `select pg_terminate_backend(pid) from pg_stat_activity where ${OF_APPLICATIONS} ${condition}`
        return (await whenAdmitted(() => server.sql(end))).length
      },
      fillSlots: () => heldSlots(server),
      async stop() {
        isRunning = false
        await server.stop()
      },
    }),
  })
}

const OF_APPLICATIONS = "backend_type = 'client backend' and usename <> 'postgres' and application_name <> 'filler'"
