import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Endpoint } from './endpoint.ts'

/** An {@link Endpoint} with its open connections. */
export interface Listening extends Endpoint {
  /** The open connections. */
  readonly sockets: ReadonlySet<Socket>
}

/** Listens on an ephemeral port of 127.0.0.1. */
export async function listen(onConnection: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Errors of a connection concern the client alone.
    socket.on('error', () => {})
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let stopped: Promise<unknown> | undefined
  return {
    host: '127.0.0.1',
    port,
    sockets,
    async stop() {
      stopped ??= new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) reset(socket)
      sockets.clear()
      await stopped
    },
  }
}

/** Sends RST if the connection is open, and destroys the socket in any case. */
export function reset(socket: Socket): void {
  // After a FIN libuv refuses the reset, and Node then never closes the handle: the process would spin at its end.
  if (socket.connecting || socket.destroyed || socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
