import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'

/** A process that exposes its monitor, as the file of it says. */
export interface ExposedProcess {
  readonly pid: number
  readonly name: string
  /** Path of the socket, or name of the pipe, that gives the numbers. */
  readonly socket: string
  /** The line that has to be sent first: on Windows every user may open a pipe. */
  readonly token: string
}

/** Milliseconds after which a socket that refuses connections is left over; a younger one may not listen yet. */
const YOUNG_MS = 5000
/** Left-over files that are looked at. */
const MOST = 200

/** Returns a new process for the folder. */
export function newProcess(folder: string, name: string): ExposedProcess {
  const thread = threadId === 0 ? '' : `-${threadId}`
  const id = `${process.pid}${thread}-${randomBytes(4).toString('hex')}`
  const socket = process.platform === 'win32' ? `\\\\.\\pipe\\verifull-${id}` : join(folder, `${id}.sock`)
  return { pid: process.pid, name, socket, token: randomBytes(32).toString('hex') }
}

/** Writes the file of a process, which only its owner can read. */
export function writeEntry(folder: string, exposed: ExposedProcess): void {
  writeFileSync(entryPath(folder, exposed.socket), JSON.stringify(exposed), { mode: 0o600, flag: 'wx' })
}

/** Removes the files of a process. */
export function removeEntry(folder: string, socket: string): void {
  rmSync(entryPath(folder, socket), { force: true })
  if (process.platform !== 'win32') rmSync(socket, { force: true })
}

/** Removes the files of processes that were killed: their sockets refuse connections. Never rejects. */
export async function removeStale(folder: string): Promise<void> {
  const old = Date.now() - YOUNG_MS
  const sockets = namesIn(folder)
    .filter((name) => name.endsWith('.sock'))
    .map((name) => join(folder, name))
    .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? old) < old)
  await Promise.all(
    sockets.slice(0, MOST).map(async (path) => {
      if (await isDead(path)) removeEntry(folder, path)
    }),
  )
}

/** Names of the files in a folder; none if it cannot be read. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isDead(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'))
  })
}

function entryPath(folder: string, socket: string): string {
  const [, id = ''] = /([^/\\]+?)(?:\.sock)?$/.exec(socket) ?? []
  return join(folder, `${id}.json`)
}
