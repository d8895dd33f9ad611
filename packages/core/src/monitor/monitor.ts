import { checkedSettings, wrongArgument } from '../errors/argument.ts'
import type { Channels } from '../events/channels.ts'
import { onEvent } from '../events/on-event.ts'
import type { PoolStats, Stats } from '../events/stats.ts'
import { CheckoutTimes } from './checkout-times.ts'
import { type Health, healthOf } from './health.ts'
import type { Monitored } from './monitored.ts'
import { isOwn, type MonitoredChannel } from './own-events.ts'
import { statsFor } from './stats.ts'

/** Settings of {@link Monitor.health}. */
export interface HealthSettings {
  /** Longest time of a probe, in milliseconds. Default: 800, less than the second in which Kubernetes wants an answer. */
  readonly deadlineMs?: number
}

/** The state, the health and the events of the pools of one DataSource, Sequelize, Knex or Pool, those for replicas included. */
export interface Monitor {
  /** Names of the pools; none before they are made, or after they have ended. */
  readonly names: readonly string[]
  /** Returns the state of its pools, servers, secrets and certificates; their checkouts are timed until `close()`. */
  stats(): Stats
  /**
   * Returns its health, and probes each pool for that, once a second at most: a session that works is lent and taken back.
   * Never rejects for the state of the database.
   *
   * @throws {@link ConfigurationError} `CONFIGURATION` for a deadline that is no number of milliseconds.
   */
  health(settings?: HealthSettings): Promise<Health>
  /** Calls `listener` with its events, as `onEvent()` does, until the returned function or `close()` is called. */
  onEvent<Name extends MonitoredChannel>(channel: Name, listener: (event: Channels[Name]) => unknown): () => void
  /** Ends the timing of checkouts and all listeners; state and health can still be had. The database goes on. */
  close(): void
}

/** Makes the monitor of a database. */
export function monitorOf(db: Monitored): Monitor {
  const open = () => db.pools().filter(({ isOver }) => !isOver)
  const names = () => open().map(({ name }) => name)
  const times = new CheckoutTimes(names)
  const stops = new Set<() => void>([times.end])
  let isOpen = true
  const stats = (): Stats => {
    const now = statsFor(open(), db.profiles)
    const timed = (pool: PoolStats) => ({ ...pool, timings: times.of(pool.name) })
    return isOpen ? { ...now, pools: now.pools.map(timed) } : now
  }
  return {
    get names() {
      return names()
    },
    stats,
    async health(settings = {}) {
      const { deadlineMs = 800 } = checkedSettings(settings, 'health', { deadlineMs: 'number' })
      return await healthOf(db.pools(), stats, deadlineMs)
    },
    onEvent(channel, listener) {
      if ((channel as string) === 'verifull:policy') {
        const message = 'must be another one: the policy is told when a configuration is made; use onEvent() itself'
        throw wrongArgument('monitor().onEvent', 'channel', message)
      }
      const stop = onEvent(channel, (event) => (isOwn(db, channel, event) ? listener(event) : undefined))
      stops.add(stop)
      return () => {
        stops.delete(stop)
        stop()
      }
    },
    close() {
      isOpen = false
      for (const stop of stops) stop()
      stops.clear()
    },
  }
}
