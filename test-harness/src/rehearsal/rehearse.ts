import { setTimeout as pause } from 'node:timers/promises'
import { ADMIN } from './admin.ts'
import type { Kind, Scene, Times } from './kind.ts'
import type { RehearsalServers } from './rehearsal-servers.ts'
import type { RehearsalRun } from './result.ts'
import { generations, onlyWhereFull, SessionWatch, sample, worstLag } from './sessions.ts'
import { STEP_MS, Tally } from './tally.ts'
import { Timeline } from './timeline.ts'
import { type RehearsalAdapter, Workers } from './workers.ts'

/**
 * Client, kind and size of a rehearsal. Durations default to `windowMs` 3000, `outageMs` 5000, `slowMs` 2000 and
 * `leaseMs` 12 000.
 */
export interface RehearsalRequest extends Partial<Times> {
  /** The client. */
  readonly adapter: RehearsalAdapter
  /** The kind of rotation, one of {@link KINDS}. */
  readonly kind: Kind
  /** Server and stores from {@link startRehearsalServers}. */
  readonly site: RehearsalServers
  /** Pool size, and number of workers. Default 50. */
  readonly connections?: number
  /** Number of rotations. Default 10. */
  readonly rotations?: number
}

const TIMES: Times = { windowMs: 3000, outageMs: 5000, slowMs: 2000, leaseMs: 12_000 }

/** Idle time after which the pool closes a connection, in ms. */
const IDLE_MS = 250
const CHECKOUT_MS = 15_000
/** Time at low load, in ms: long enough for the pool to shrink. */
const LOW_LOAD_MS = 700
/** Time at full load before and after a rotation, in ms. */
const HIGH_LOAD_MS = 500
/** Maximum number of load changes after a rotation, until a session with the new secret exists. */
const MOST_ROUNDS = 4

/**
 * Rotates a secret repeatedly, on a real PostgreSQL and in a real store, while workers use a client's pool, and counts
 * the results.
 *
 * Every second rotation meets a pool that has just shrunk, so that many log in while the secret changes; the others
 * meet a pool at full load, whose connections have the old secret.
 *
 * @example
 * const run = await rehearse({ adapter, kind: KINDS[0], site, connections: 20, rotations: 4 })
 * console.log(run.failedCheckouts, run.failedQueries)
 */
export async function rehearse(request: RehearsalRequest): Promise<RehearsalRun> {
  const { adapter, kind, site, connections = 50, rotations = 10, ...times } = request
  const scene = await kind.prepare(site, { ...TIMES, ...times })
  try {
    return await play(adapter, kind, scene, connections, rotations)
  } finally {
    await scene.stop?.()
    await scene.tap?.stop()
  }
}

async function play(
  adapter: RehearsalAdapter,
  { id, title }: Kind,
  scene: Scene,
  connections: number,
  rotations: number,
): Promise<RehearsalRun> {
  const timeline = new Timeline()
  const tally = new Tally(timeline.began)
  const watch = new SessionWatch(scene)
  try {
    await live(adapter, scene, { timeline, tally, watch, connections, rotations })
  } finally {
    await watch.stop()
  }
  const end = Date.now()
  const sessionsLeft = await left(scene)
  return {
    kind: id,
    title,
    client: adapter.name,
    server: scene.server.description,
    connections,
    rotations,
    durationMs: end - timeline.began,
    ...tally.counts,
    fetches: fetchesOf(scene),
    ...(await loginsOf(scene)),
    sessionsLeft,
    lag: worstLag(watch.samples, timeline.rotations),
    timeLine: { stepMs: STEP_MS, steps: stepsOf(tally, watch, timeline, end), marks: timeline.marks },
  }
}

interface Life {
  readonly connections: number
  readonly rotations: number
  readonly timeline: Timeline
  readonly tally: Tally
  readonly watch: SessionWatch
}

/** Opens the client, performs the rotations under load, and closes it. */
async function live(
  { work }: RehearsalAdapter,
  scene: Scene,
  { connections, rotations, timeline, tally, watch }: Life,
): Promise<void> {
  let handle: unknown
  try {
    handle = await work.open({
      parameters: scene.parameters,
      environment: { NODE_ENV: 'production', DB_IDLE_TIMEOUT: String(IDLE_MS), ...scene.environment },
      timeoutMs: scene.checkoutMs ?? CHECKOUT_MS,
      poolSize: connections,
    })
  } catch (error) {
    // ORMs that connect when they are opened fail here.
    tally.checkoutFailed(Date.now() - timeline.began, error)
    return
  }
  const workers = new Workers(work, handle, connections, tally)
  const raiseLoad = () => workers.setActive(connections)
  const lowerLoad = async () => {
    workers.setActive(Math.ceil(connections / 10))
    await pause(LOW_LOAD_MS)
  }
  try {
    for (let rotation = 0; rotation < rotations; rotation++) {
      const meetsWork = rotation % 2 === 0
      await lowerLoad()
      if (meetsWork) {
        raiseLoad()
        await pause(HIGH_LOAD_MS)
      }
      await scene.rotate(timeline, raiseLoad)
      await pause(HIGH_LOAD_MS)
      for (let round = 1; round <= MOST_ROUNDS; round++) {
        await lowerLoad()
        raiseLoad()
        await pause(HIGH_LOAD_MS)
        if (watch.hasSeen(timeline.rotations.at(-1))) break
      }
    }
    await scene.settle?.()
  } finally {
    await workers.stop()
    await work.close(handle)
  }
}

function fetchesOf({ tap, fetch = /./ }: Scene): number | null {
  return tap ? tap.requests.filter(({ what }) => fetch.test(what)).length : null
}

async function loginsOf({ server, name, alone = false }: Scene) {
  const seen = await server.connectionsSeen()
  const logins = seen.filter(({ authorized }) => authorized?.database === name && authorized.user !== ADMIN)
  const refused = seen.filter((one) => one.refused && (alone || one.refused.message.includes(name)))
  return { logins: logins.length, refusedLogins: refused.length }
}

const LEFT_MS = 3000
/** Longer than the server's authentication_timeout, in ms. */
const FULL_MS = 20_000

/**
 * Number of sessions after the client was closed. Sessions end with a delay, and a full server admits the query with a
 * delay.
 */
async function left(scene: Scene): Promise<number> {
  const began = Date.now()
  for (;;) {
    const waited = Date.now() - began
    const seen = waited > FULL_MS ? await sample(scene) : await sample(scene).catch(onlyWhereFull)
    if (seen && (seen.sessions.length === 0 || waited > LEFT_MS)) return seen.sessions.length
    await pause(100)
  }
}

function stepsOf(tally: Tally, { samples }: SessionWatch, { began, rotations }: Timeline, end: number) {
  const nothing = { present: 0, earlier: 0 }
  return tally.steps(end).map((step, index) => {
    const latest = samples.findLast(({ at }) => at < began + (index + 1) * STEP_MS)
    return { ...step, ...(latest ? generations(latest, rotations) : nothing) }
  })
}
