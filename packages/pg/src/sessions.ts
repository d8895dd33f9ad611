import type { Dialed } from '@verifull/core/adapter'

/** The open sessions of this process, so that a cancel request goes to their server, encrypted. */
const sessions = new Map<string, Dialed>()

/** Keeps the session until its socket closes. */
export function rememberSession(session: Dialed): void {
  const { backendKey, socket } = session
  if (!backendKey) return
  const name = nameOf(backendKey.processId, backendKey.secretKey.readInt32BE(0))
  sessions.set(name, session)
  socket.once('close', () => sessions.delete(name))
}

/** Returns the session with pg's identification: its process id and its key as a number. */
export function findSession(processId: number, secretKey: number): Dialed | undefined {
  return sessions.get(nameOf(processId, secretKey))
}

function nameOf(processId: number, secretKey: number): string {
  return `${processId}:${secretKey}`
}
