import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresCluster } from '../postgres/cluster.ts'
import type { ChaosClient, ClientUnderLoad, Footprint, Stopped } from './client.ts'
import type { ChaosCluster } from './cluster.ts'
import { type ClusterFault, explains, type Fault } from './fault.ts'
import { Ledger } from './ledger.ts'
import { Random } from './random.ts'
import { chaosRequest } from './request.ts'
import { errorsOf, longestOf } from './run.ts'
import type { SoakClient, SoakFault, SoakRun } from './soak-run.ts'
import { timeLineOf } from './time-line.ts'
import { instant, type Write, wasLent } from './write.ts'

/** Clients, faults and length of a soak. */
export interface SoakRequest {
  /** The clients, all at once. */
  readonly clients: readonly ChaosClient[]
  /** The faults, of {@link SOAK_FAULTS}. */
  readonly faults: readonly ClusterFault[]
  /** A cluster that nothing else uses. */
  readonly site: Pick<ChaosCluster, 'cluster' | 'ca'>
  /** Time under faults, in ms. */
  readonly durationMs: number
  /** Seed of the order of the faults. */
  readonly seed: number
  /** Pool size of each client, and number of its writers. Default 5. */
  readonly connections?: number
  /** Limit of a checkout, in ms. Default 15 000. */
  readonly checkoutMs?: number
  /** Called before each fault. */
  readonly onFault?: (fault: Fault) => void
}

/** Load before the first footprint, in ms: code is compiled, and caches are filled. */
const WARM_MS = 5000
/** Shortest time under load after a fault, and half of the longest, in ms. */
const LOAD_MS = 1200
/** Time at rest before a footprint, in ms. */
const REST_MS = 200
/** Time after a fault in which its failures are found out, in ms. */
const AFTERMATH_MS = 2500
/** Numbers of rows for one client. */
const ENTRIES = 1_000_000_000
/** Time in which sessions of closed clients end, in ms. */
const LEFT_MS = 3000

/** A client of a soak. */
interface Soaked {
  readonly name: string
  readonly client: ClientUnderLoad
  readonly footprints: (Footprint & { readonly atMs: number })[]
}

/** A fault that was given. */
interface Given {
  readonly fault: Fault
  readonly from: number
  readonly to: number
}

/**
 * Gives a cluster random faults while several clients write, and measures the clients at rest after each.
 *
 * @example
 * const run = await soak({ clients, faults: SOAK_FAULTS, site, durationMs: 60_000, seed: 7 })
 * console.log(complaintsOf(run)) // []
 */
export async function soak(request: SoakRequest): Promise<SoakRun> {
  const { site, connections = 5, checkoutMs = 15_000, durationMs, seed, onFault } = request
  const { cluster, ca } = site
  const ledger = await Ledger.create(cluster)
  await cluster.caughtUp()
  const wanted = chaosRequest({ cluster, ca, connections, checkoutMs })
  const began = instant()
  const soaked: Soaked[] = []
  const given: Given[] = []
  const sessions: number[] = []
  let stopped: readonly Stopped[] = []
  try {
    for (const [index, { name, start }] of request.clients.entries()) {
      soaked.push({ name, client: await start(wanted, index * ENTRIES), footprints: [] })
    }
    await pause(WARM_MS)
    await measure(soaked, began)
    sessions.push(await sessionsOn(cluster))
    const random = new Random(seed)
    const end = instant() + durationMs
    for (let left: ClusterFault[] = []; instant() < end; ) {
      // Each fault comes once before any comes again.
      if (left.length === 0) left = random.shuffled(request.faults)
      const fault = left.pop() as ClusterFault
      onFault?.(fault)
      const from = instant()
      await fault.give({ cluster })
      given.push({ fault, from, to: instant() })
      await pause(LOAD_MS + random.next() * LOAD_MS)
      await measure(soaked, began)
      sessions.push(await sessionsOn(cluster))
      await fault.restore?.({ cluster })
    }
  } finally {
    stopped = await Promise.all(soaked.map(({ client }) => client.stop()))
  }
  const balance = await ledger.balance(soaked.flatMap(({ client }) => client.writes))
  return {
    ...{ seed, durationMs, connections },
    faults: given.map((one) => faultOf(one, soaked, began)),
    clients: soaked.map((one, index) => clientOf(one, stopped[index] as Stopped, given, began)),
    sessions,
    sessionsLeft: await sessionsLeft(cluster),
    ...balance,
  }
}

/** Measures all clients at rest. */
async function measure(soaked: readonly Soaked[], began: number): Promise<void> {
  for (const { client } of soaked) client.rest(true)
  await pause(REST_MS)
  const measured = soaked.map(async ({ client, footprints }) => {
    footprints.push({ ...(await client.footprint()), atMs: Math.round(instant() - began) })
  })
  await Promise.all(measured)
  for (const { client } of soaked) client.rest(false)
}

async function sessionsOn({ servers }: PostgresCluster): Promise<number> {
  const question = "select count(*) as sessions from pg_stat_activity where usename = 'scram_user'"
  const running = servers.filter(({ isRunning }) => isRunning)
  const counts = await Promise.all(running.map((server) => server.sql(question)))
  return counts.reduce((sum, [row]) => sum + Number(row?.sessions), 0)
}

/** Sessions end with a delay after their client. */
async function sessionsLeft(cluster: PostgresCluster): Promise<number> {
  for (const end = instant() + LEFT_MS; ; await pause(50)) {
    const left = await sessionsOn(cluster)
    if (left === 0 || instant() > end) return left
  }
}

/** True if the fault was given shortly before, and causes such failures. */
function isCause({ fault, from, to }: Given, { at, failure }: Write): boolean {
  return failure !== undefined && from <= at && at <= to + AFTERMATH_MS && explains(fault, failure)
}

function faultOf(given: Given, soaked: readonly Soaked[], began: number): SoakFault {
  const { fault, from, to } = given
  const failures = soaked.flatMap(({ client }) => client.writes.filter((write) => isCause(given, write)))
  return {
    id: fault.id,
    fromMs: Math.round(from - began),
    toMs: Math.round(to - began),
    failures: failures.length,
  }
}

function clientOf(
  { name, client, footprints }: Soaked,
  stopped: Stopped,
  given: readonly Given[],
  began: number,
): SoakClient {
  const { writes, events, exits } = client
  const failed = writes.filter(({ failure }) => failure !== undefined)
  const checkouts = failed.filter((write) => !wasLent(write))
  const marks = given.map(({ fault, from, to }) => ({ text: fault.title, from, to }))
  return {
    client: name,
    done: writes.length - failed.length,
    failedCheckouts: checkouts.length,
    failedWrites: failed.length - checkouts.length,
    unexplained: errorsOf(failed.filter((write) => !given.some((one) => isCause(one, write)))),
    exits,
    ...stopped,
    longestWaitMs: Math.round(longestOf(writes)),
    footprints,
    timeLine: timeLineOf({ writes, events, began, marks }),
  }
}
