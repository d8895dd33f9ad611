import type { Dialed } from '@verifull/core/adapter'

/** The open sessions of this process, so that a cancel request finds the server it belongs to, and goes there encrypted. */
const sessions = new Map<string, Dialed>()

/** Takes the session up until its socket closes. */
export function rememberSession(session: Dialed): void {
  const { backendKey, socket } = session
  if (!backendKey) return
  const name = nameOf(backendKey.processId, backendKey.secretKey.readInt32BE(0))
  sessions.set(name, session)
  socket.once('close', () => sessions.delete(name))
}

/** Finds a session as pg knows it: by its process id and its key as a number. */
export function findSession(processId: number, secretKey: number): Dialed | undefined {
  return sessions.get(nameOf(processId, secretKey))
}

function nameOf(processId: number, secretKey: number): string {
  return `${processId}:${secretKey}`
}
