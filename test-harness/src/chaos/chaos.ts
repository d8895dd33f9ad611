import { setTimeout as pause } from 'node:timers/promises'
import type { Authority } from '../certificates/authority.ts'
import { faultyRelay } from '../network/faulty-relay.ts'
import type { PostgresCluster } from '../postgres/cluster.ts'
import type { RehearsalAdapter } from '../rehearsal/workers.ts'
import type { ChaosClient, Stopped } from './client.ts'
import type { Fault } from './fault.ts'
import { inThisProcess } from './in-this-process.ts'
import { Ledger } from './ledger.ts'
import { chaosRequest } from './request.ts'
import { type ChaosRun, runOf } from './run.ts'
import { NEEDS } from './site.ts'
import { instant } from './write.ts'

/** A client, a fault and the cluster that is given it. */
export interface ChaosRequest {
  /** The client: an adapter of a rehearsal in this process, or one in a process of its own. */
  readonly adapter: RehearsalAdapter | ChaosClient
  /** The fault, one of {@link FAULTS}. */
  readonly fault: Fault
  /** A cluster that nothing else uses; it is left as the fault leaves it. */
  readonly cluster: PostgresCluster
  /** Path of the CA certificate of its servers, PEM. */
  readonly ca: string
  /** That CA. Default: none, and faults that need it are impossible. */
  readonly authority?: Authority
  /** Pool size, and number of writers. Default 10. */
  readonly connections?: number
  /** Limit of a checkout, in ms. Default 15 000. */
  readonly checkoutMs?: number
}

/** Time under load before and after a fault, in ms. */
const BEFORE_MS = 700
const AFTER_MS = 1500

/**
 * Gives a cluster a fault while workers write through a client's pool, and counts what became of their writes.
 *
 * @throws Error if the fault needs something that the request has not.
 * @example
 * const run = await chaos({ adapter, fault: FAULTS[0], cluster, ca })
 * console.log(run.failedCheckouts, run.lost, run.doubled) // 0 0 0
 */
export async function chaos(request: ChaosRequest): Promise<ChaosRun> {
  const { adapter, fault, cluster, connections = 10 } = request
  const chosen = 'work' in adapter ? inThisProcess(adapter) : adapter
  const authority = authorityOf(request)
  const ledger = await Ledger.create(cluster, await fault.prepare?.({ cluster, authority }))
  await cluster.caughtUp()
  const relay = await faultyRelay(() => cluster.primary)
  try {
    const client = await chosen.start(
      chaosRequest({ ...request, ...(chosen.oneHost && { alone: relay }), ...(fault.isRelayed && { relay }) }),
    )
    let stopped: Stopped
    let from: number
    let healedAt: number
    try {
      await pause(BEFORE_MS)
      client.rest(fault.isIdle === true)
      if (fault.isIdle) await pause(BEFORE_MS / 2)
      from = instant()
      await fault.give({ cluster, client, relay, authority })
      healedAt = instant()
      client.rest(false)
      await pause(AFTER_MS)
    } finally {
      stopped = await client.stop()
    }
    const balance = await ledger.balance(client.writes)
    await ledger.drop()
    await fault.clear?.({ cluster })
    return runOf({ fault, name: chosen.name, client, from, healedAt, stopped, balance, connections })
  } finally {
    await relay.stop()
  }
}

/** The CA, which faults that do not need it never touch. */
function authorityOf({ authority, fault }: ChaosRequest): Authority {
  if (!authority && fault.needs?.includes('authority'))
    throw new Error(`the fault ${fault.id} needs ${NEEDS.authority}`)
  return authority as Authority
}
