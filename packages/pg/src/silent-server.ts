import { ConnectError, type Dialed, finishedSessions, knock } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'
import { connectionOf } from './client-connection.ts'
import { noteRetirement } from './session-events.ts'

/** Looks at a session within its limit. */
const LOOKS = 3
/** Times the limit for a server that takes connections and does not answer on them: it may be overloaded, or be suspended. */
const MUTE = 4
/** Looks between two connections to a server that answers, at most: a statement may run for hours. */
const SELDOM = 32

/** A session, and the silence on it. */
interface Watched {
  readonly client: ClientBase
  readonly dialed: Dialed
  /** When its server was last heard, as of the latest look; see {@link SecureConnection.heardAt}. */
  heardAt: number
  /** Looks in which it has been silent while a statement ran. */
  looks: number
}

const byServer = new WeakMap<object, Map<number, SilentServer>>()

/**
 * Gives a session up whose server is silent while a statement runs, and is not there any more: the statement would wait for
 * ever. A server that answers a new connection is left to its work, however long that takes.
 */
export function watchSilence(client: ClientBase, dialed: Dialed): void {
  const { silenceMs, endpoints } = dialed.profile
  if (silenceMs === 0 || endpoints.every(({ kind }) => kind === 'socket')) return
  const servers = byServer.get(dialed.server) ?? new Map<number, SilentServer>()
  byServer.set(dialed.server, servers)
  const server = servers.get(silenceMs) ?? new SilentServer(silenceMs)
  servers.set(silenceMs, server)
  server.watch({ client, dialed, heardAt: 0, looks: 0 })
}

/** The sessions of one server, at which one timer looks. It keeps no process alive. */
class SilentServer {
  readonly #limitMs: number
  readonly #sessions = new Set<Watched>()
  #timer: NodeJS.Timeout | undefined
  /** Looks since the first connection that nothing was heard on; 0 after one that was answered. */
  #deaf = 0
  #isAsking = false

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  watch(session: Watched): void {
    this.#sessions.add(session)
    this.#timer ??= setInterval(() => void this.#look(), this.#stepMs).unref()
    connectionOf(session.client)?.once('end', () => {
      this.#sessions.delete(session)
      if (this.#sessions.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    })
  }

  get #stepMs(): number {
    return Math.max(1, this.#limitMs / LOOKS)
  }

  async #look(): Promise<void> {
    for (const session of this.#sessions) count(session)
    const silent = this.#silent(1)
    if (this.#deaf > 0) this.#deaf++
    const isDue = this.#deaf > 0 || silent.some(({ looks }) => isSometimes(looks))
    if (silent.length === 0) this.#deaf = 0
    if (this.#isAsking || silent.length === 0 || !isDue) return
    this.#isAsking = true
    await this.#ask(silent)
    this.#isAsking = false
  }

  async #ask([first]: readonly Watched[]): Promise<void> {
    if (!first) return
    const answer = await knock(first.dialed, AbortSignal.timeout(this.#stepMs))
    if (answer !== 'answers') {
      this.#deaf = Math.max(1, this.#deaf)
      const looks = answer === 'mute' ? MUTE * LOOKS : LOOKS
      if (this.#deaf < looks) return
      for (const session of this.#silent(looks)) this.#giveUp(session, GONE[answer])
      return
    }
    this.#deaf = 0
    for (const alike of byLogin(this.#silent(LOOKS))) {
      const sessions = alike.map(({ dialed }) => dialed)
      const finished = await finishedSessions(sessions, this.#stepMs)
      for (const session of alike) if (finished.has(session.dialed)) this.#giveUp(session, FINISHED)
    }
  }

  /** The sessions that have been silent for at least so many looks. */
  #silent(looks: number): readonly Watched[] {
    return [...this.#sessions].filter((session) => session.looks >= looks && isSilent(session))
  }

  #giveUp(session: Watched, why: string): void {
    const connection = connectionOf(session.client)
    if (!connection || !isSilent(session)) return
    const { host, port, address } = session.dialed.attestation
    const place = address === host ? `${host}:${port}` : `${host}:${port} (${address})`
    const seconds = Math.round((session.looks * this.#stepMs) / 1000)
    const message = `the connection to ${place} was given up: nothing was heard of a running statement for ${seconds} s, and ${why} (tcp_user_timeout=${this.#limitMs}); the statement may have been executed or not`
    noteRetirement(session.client, 'silent')
    connection.isUnfit = true
    connection.stream.destroy(new ConnectError('NO_ANSWER', message))
  }
}

const GONE = {
  unreachable: 'its host does not answer',
  mute: 'its server does not answer new connections',
} as const
const FINISHED = 'its server has nothing to do for it: the network has lost the statement or its answer'

/** Returns the sessions by their user and database. */
function byLogin(sessions: readonly Watched[]): readonly (readonly Watched[])[] {
  const groups = new Map<string, Watched[]>()
  for (const session of sessions) {
    const { attestation, profile } = session.dialed
    const login = JSON.stringify([attestation.user, profile.database])
    groups.set(login, [...(groups.get(login) ?? []), session])
  }
  return [...groups.values()]
}

/** Counts a look at which the session is as silent as at the one before. */
function count(session: Watched): void {
  const wasSilent = isSilent(session)
  session.heardAt = connectionOf(session.client)?.heardAt ?? 0
  session.looks = wasSilent ? session.looks + 1 : 0
}

/** True while the server owes an answer, has sent nothing since the latest look, and would be heard if it did. */
function isSilent({ client, heardAt }: Watched): boolean {
  const { readyForQuery } = client as ClientBase & { readonly readyForQuery?: boolean | null }
  const connection = connectionOf(client)
  if (readyForQuery !== false || !connection || connection.stream.destroyed) return false
  // An application may stop reading a large result for any time.
  const isRead = connection.stream.readableFlowing !== false && connection.stream.readableLength === 0
  return isRead && connection.heardAt === heardAt
}

/** True at the looks 1, 2, 4, 8, 16, and from then on at every 32nd. */
function isSometimes(looks: number): boolean {
  return looks < SELDOM ? Number.isInteger(Math.log2(looks)) : looks % SELDOM === 0
}
