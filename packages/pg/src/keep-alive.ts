import type { Profile } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'
import type { PoolProtocol } from './pool-protocol.ts'
import { isFit } from './probe.ts'

/**
 * Has an idle session answer an empty statement whenever it has been silent for as long as `keepalives_idle` says, so that no
 * proxy or firewall takes it for unused. One that does not answer leaves its pool. A session that is lent, or in no pool, is
 * left alone.
 *
 * A session that is used costs one timer in that time; it keeps no process alive.
 */
export function keepAlive(client: ClientBase, { keepAlive: { enabled, idleMs } }: Profile, pool: PoolProtocol): void {
  const connection = connectionOf(client)
  if (!connection || !enabled || idleMs === 0) return
  const schedule = (milliseconds: number) => setTimeout(() => void check(), milliseconds).unref()
  let timer = schedule(idleMs)
  let ended = false
  connection.once('end', () => {
    ended = true
    clearTimeout(timer)
  })

  async function check(): Promise<void> {
    const quietMs = Date.now() - (connection?.heardAt ?? 0)
    const isDue = quietMs < 0 || quietMs >= idleMs
    if (isDue && pool.isLent(client) === false && !(await isFit(client))) pool.discard(client, NO_ANSWER)
    if (!ended) timer = schedule(isDue ? idleMs : idleMs - quietMs)
  }
}

const NO_ANSWER = 'the server does not answer'
