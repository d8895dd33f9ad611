import { setTimeout as pause } from 'node:timers/promises'
import { ADMIN } from './admin.ts'
import type { Scene } from './kind.ts'
import type { RotationLag } from './result.ts'
import type { Rotated } from './timeline.ts'

/** The sessions of a client on the server at one time. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Its sessions. */
  readonly sessions: readonly Session[]
}

interface Session {
  /** Null if the role has been dropped. */
  readonly user: string | null
  readonly startedAt: number
}

const EVERY_MS = 100

/** Polls the sessions of a client on the server. */
export class SessionWatch {
  readonly samples: Sample[] = []
  readonly #scene: Pick<Scene, 'server' | 'name'>
  readonly #stopped = new AbortController()
  readonly #watching: Promise<void>

  constructor(scene: Pick<Scene, 'server' | 'name'>) {
    this.#scene = scene
    this.#watching = this.#watch()
    // Reported by stop().
    this.#watching.catch(() => {})
  }

  /** True if the latest sample has a session with the secret of this rotation. */
  hasSeen(rotated: Rotated | undefined): boolean {
    return rotated === undefined || (this.samples.at(-1)?.sessions.some(isOf(rotated)) ?? false)
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#watching
  }

  async #watch(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const seen = await sample(this.#scene).catch(onlyWhereFull)
      if (seen) this.samples.push(seen)
      await pause(EVERY_MS, undefined, { signal: this.#stopped.signal }).catch(() => {})
    }
  }
}

/** Ignores the error of a full server, on which a client may have taken the last connection. */
export function onlyWhereFull(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== '53300') throw error
}

/** The current sessions. */
export async function sample({ server, name }: Pick<Scene, 'server' | 'name'>): Promise<Sample> {
  const rows = await server.sql(
    `select usename, (extract(epoch from backend_start) * 1000)::bigint as started from pg_stat_activity
     where datname = '${name}' and backend_type = 'client backend' and usename is distinct from '${ADMIN}'`,
  )
  const sessions = rows.map(({ usename = null, started }) => ({ user: usename, startedAt: Number(started) }))
  return { at: Date.now(), sessions }
}

/** Number of sessions with the newest secret, and with earlier ones. */
export function generations({ at, sessions }: Sample, rotations: readonly Rotated[]) {
  const newest = rotations.findLast((rotated) => rotated.at <= at)
  const present = newest ? sessions.filter(isOf(newest)).length : sessions.length
  return { present, earlier: sessions.length - present }
}

/** The worst lag of all rotations; null without a rotation. */
export function worstLag(samples: readonly Sample[], rotations: readonly Rotated[]): RotationLag | null {
  if (rotations.length === 0) return null
  const lags = rotations.map(({ at }, index) => {
    const since = samples.filter((one) => one.at >= at)
    const isNew = (session: Session) => rotations.slice(index).some((rotated) => isOf(rotated)(session))
    const starts = since.flatMap(({ sessions }) => sessions.filter(isNew).map(({ startedAt }) => startedAt))
    const gone = since.find(({ sessions }) => sessions.every(isNew))
    return { firstMs: starts.length > 0 ? Math.min(...starts) - at : null, lastMs: gone ? gone.at - at : null }
  })
  return { firstMs: worst(lags.map(({ firstMs }) => firstMs)), lastMs: worst(lags.map(({ lastMs }) => lastMs)) }
}

function isOf({ at, user }: Rotated): (session: Session) => boolean {
  return (session) => session.startedAt >= at && (user === undefined || session.user === user)
}

function worst(lags: readonly (number | null)[]): number | null {
  const known = lags.filter((lag) => lag !== null)
  return known.length < lags.length ? null : Math.round(Math.max(...known))
}
