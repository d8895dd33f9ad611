import type { Duplex } from 'node:stream'
import { ConnectError } from '../errors/connect-error.ts'

/** Resolves with the next bytes of a paused socket; rejects when it ends or fails, with the signal's reason if that aborted it. */
export function readSocket(socket: Duplex, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      socket.off('readable', take).off('end', end).off('close', end).off('error', fail)
      settle()
    }
    const take = () => {
      const bytes: Buffer | null = socket.read()
      if (bytes) finish(() => resolve(bytes))
    }
    const fail = (error?: Error | null) => finish(() => reject(signal.aborted ? signal.reason : (error ?? ended())))
    const end = () => fail()
    if (socket.destroyed || socket.readableEnded) return fail(socket.errored)
    socket.on('readable', take).on('end', end).on('close', end).on('error', fail)
    take()
  })
}

/** The error for a connection that the server closed without a message. */
export function ended(): ConnectError {
  return new ConnectError('ECONNRESET', 'the server closed the connection')
}
