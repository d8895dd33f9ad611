import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A relay that counts the round trips of each connection. */
export interface RoundTrips {
  readonly port: number
  /** Round trips of the latest connection, without TCP's own and the end of the session. */
  last(): number
  stop(): Promise<void>
}

/** Relays to `to` and counts. The delay is so long that a response never overlaps the client's next message. */
export async function countRoundTrips(to: { host: string; port: number }): Promise<RoundTrips> {
  let trips = 0
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: to.host, port: to.port, noDelay: true })
    let asked = false
    trips = 0
    client.on('data', () => {
      asked = true
    })
    upstream.on('data', () => {
      if (asked) trips += 1
      asked = false
    })
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    last: () => trips,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
