import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { basename, dirname, extname } from 'node:path'
import { checkedSettings, wrongArgument } from '../errors/argument.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { problemWith } from '../errors/finding.ts'
import { printable } from '../text/printable.ts'
import { type ExposedProcess, newProcess, removeEntry, removeStale, writeEntry } from './entry.ts'
import { privateFolder } from './private-folder.ts'
import { processView } from './process-view.ts'

/** Settings of {@link exposeMonitor}. */
export interface ExposeSettings {
  /** Name by which `npx verifull top` finds the process. Default: that of the program's file. */
  readonly name?: string
}

/** A monitor that is exposed. */
export interface ExposedMonitor {
  readonly name: string
  /** Path of the socket, or name of the pipe. */
  readonly socket: string
  /** Closes the socket, and removes its files. */
  close(): Promise<void>
}

/** Peers at one time; further ones are closed at once. */
const MOST_PEERS = 8
/** Time in which a peer has to ask and to read, in milliseconds. */
const PEER_MS = 5000
/** Age up to which an answer is given once more, in milliseconds. */
const FRESH_MS = 250
/** Longest name of a process, in characters. */
const LONGEST_NAME = 60
/** Longest path of a socket that every system takes, in bytes. */
const LONGEST_PATH = 103

/**
 * Exposes the pools, servers, secrets and certificates of this process to `npx verifull top` of the same user.
 *
 * It listens on a Unix socket, on Windows a named pipe, that only this user can open; it gives numbers and names, never a
 * secret, and takes no command. Numbers are read when somebody asks, at most four times a second. It keeps no process
 * alive, and its files go with the process.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` for a wrong setting, or if there is no folder that only this user can
 * open (the promise rejects).
 *
 * @example
 * import { exposeMonitor } from '@verifull/core'
 *
 * const exposed = await exposeMonitor({ name: 'orders' })
 * // npx verifull top orders
 * await exposed.close()
 */
export async function exposeMonitor(settings: ExposeSettings = {}): Promise<ExposedMonitor> {
  const { name = ownName() } = checkedSettings(settings, 'exposeMonitor', { name: 'text' })
  if (name === '' || name !== printable(name, LONGEST_NAME)) {
    throw wrongArgument('exposeMonitor', 'name', `must be a text of 1 to ${LONGEST_NAME} visible characters`)
  }
  const folder = privateFolder()
  if ('problem' in folder) throw unusable(folder.problem)
  const exposed = newProcess(folder.path, name)
  if (Buffer.byteLength(exposed.socket) > LONGEST_PATH) {
    throw unusable(`the path ${exposed.socket} is too long for a socket; set XDG_RUNTIME_DIR to a shorter one`)
  }
  void removeStale(folder.path)
  return listening(exposed, folder.path)
}

async function listening(exposed: ExposedProcess, folder: string): Promise<ExposedMonitor> {
  const { name, socket } = exposed
  const peers = new Set<Socket>()
  const answer = recently(() => JSON.stringify(processView(name)))
  const server = createServer((peer) => {
    peers.add(peer)
    peer.on('close', () => peers.delete(peer))
    serve(peer, exposed.token, answer)
  })
  server.maxConnections = MOST_PEERS
  const remove = () => removeEntry(folder, socket)
  try {
    await listen(server, socket)
    if (process.platform !== 'win32') chmodSync(socket, 0o600)
    writeEntry(folder, exposed)
  } catch (error) {
    server.close()
    throw unusable(`the socket ${socket} cannot be made (${(error as NodeJS.ErrnoException).code})`)
  }
  process.on('exit', remove)
  return {
    name,
    socket,
    async close() {
      process.off('exit', remove)
      remove()
      for (const peer of peers) peer.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Exclusive: a worker of a cluster listens itself.
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject)
      // A process without free descriptors takes no peer.
      server.on('error', () => {})
      resolve()
    })
    server.unref()
  })
}

/** Gives a peer that sends the token the answer. Any other text, and a peer that is slow to ask or to read, ends it. */
function serve(peer: Socket, token: string, answer: () => string): void {
  const line = `${token}\n`
  let asked = ''
  const late = setTimeout(() => peer.destroy(), PEER_MS).unref()
  peer.on('close', () => clearTimeout(late))
  peer.on('error', () => {})
  peer.unref()
  peer.setEncoding('latin1')
  peer.on('data', (text: string) => {
    asked += text
    if (asked === line) peer.end(answer())
    else if (asked.length >= line.length) peer.destroy()
  })
}

/** Returns a function that makes a text anew only if the last one is old. */
function recently(make: () => string): () => string {
  let [text, madeAt] = ['', Number.NEGATIVE_INFINITY]
  return () => {
    const now = performance.now()
    if (now - madeAt > FRESH_MS) [text, madeAt] = [make(), now]
    return text
  }
}

/** Names of files that say nothing about a program. */
const PLAIN_NAMES = ['index', 'main', 'server', 'app', 'dist', 'src', 'build', 'bin', 'lib']

/** The name of the program's file, or of the first folder above it that says more. */
function ownName(): string {
  const [, program = 'node'] = process.argv
  let path = program.slice(0, program.length - extname(program).length)
  while (PLAIN_NAMES.includes(basename(path)) && dirname(path) !== path) path = dirname(path)
  return printable(basename(path) || 'node', LONGEST_NAME - 1)
}

function unusable(message: string): ConfigurationError {
  return new ConfigurationError([problemWith('socket', `exposeMonitor(): ${message}`)])
}
