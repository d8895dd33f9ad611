import { once } from 'node:events'
import { connect } from 'node:net'
import type { Endpoint } from './endpoint.ts'
import { listen, reset } from './listen.ts'

/**
 * Reserves a port on which nothing listens, and on which nothing else can listen until it is stopped: the local end of
 * a connection. A port that was merely free a moment ago may be reused at any time.
 *
 * @example
 * const closed = await closedPort()
 * await connect({ host: closed.host, port: closed.port }) // ECONNREFUSED
 */
export async function closedPort(): Promise<Endpoint> {
  const listening = await listen((socket) => void socket.resume())
  const held = connect(listening.port, listening.host).on('error', () => {})
  await once(held, 'connect')
  const { localPort } = held
  if (localPort === undefined) throw new Error('a connection has a port of its own')
  return {
    host: listening.host,
    port: localPort,
    async stop() {
      // After a FIN the port would stay in use until the peer responds, or for a minute in TIME_WAIT.
      reset(held)
      await listening.stop()
    },
  }
}
