import { once } from 'node:events'
import { connect } from 'node:net'
import type { Endpoint } from './endpoint.ts'
import { listen, reset } from './listen.ts'

/**
 * Takes a port at which nobody listens, and at which nobody else can begin to listen until it is stopped: the near end of
 * a connection. A port that was only free a moment ago may be the next that somebody is given.
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
      // By a FIN the port would stay taken until the other end has answered, and sometimes a minute longer.
      reset(held)
      await listening.stop()
    },
  }
}
