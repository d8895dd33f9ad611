import type { Socket } from 'node:net'
import type { Endpoint } from '../network/endpoint.ts'
import { listen } from '../network/listen.ts'
import { Conversation } from './conversation.ts'
import { Recording } from './recording.ts'
import type { ConnectionTrace, HostileConnection, HostileScript } from './script.ts'

/** A server that deviates from the protocol by script and records its clients. */
export interface HostileServer extends Endpoint {
  /** One record per TCP connection, in order of arrival. */
  readonly connections: readonly ConnectionTrace[]
  /**
   * Resolves when every connection so far has ended and the records are complete. Rejects after `timeoutMs` (default
   * 2000).
   */
  allClosed(timeoutMs?: number): Promise<void>
}

/**
 * Starts a server on loopback that follows a script.
 *
 * @example
 * const server = await startHostileServer({ ssl: 'N', answers: ['cleartext', 'ok'] })
 * await connectTo(server.port)
 * server.connections[0]?.events // ['SSLRequest', 'StartupMessage user=app database=app', 'PasswordMessage', …]
 */
export async function startHostileServer(script: HostileScript): Promise<HostileServer> {
  const steps: readonly HostileConnection[] = 'length' in script ? script : [script]
  return recordingServer((socket, recording, number) => {
    new Conversation(socket, steps[Math.min(number, steps.length - 1)] ?? {}, recording)
  })
}

/** Listens, and records each connection; `number` counts from 0. */
export async function recordingServer(
  play: (socket: Socket, recording: Recording, number: number) => void,
): Promise<HostileServer> {
  const connections: Recording[] = []
  const { host, port, stop } = await listen((socket) => {
    const recording = new Recording(socket)
    play(socket, recording, connections.push(recording) - 1)
  })
  return { host, port, stop, connections, allClosed: (timeoutMs = 2000) => allClosed(connections, timeoutMs) }
}

async function allClosed(connections: readonly Recording[], timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`a connection is still open after ${timeoutMs} ms`))
    timer = setTimeout(fail, timeoutMs)
  })
  await Promise.race([Promise.all(connections.map(({ closed }) => closed)), tooLate])
  clearTimeout(timer)
}
