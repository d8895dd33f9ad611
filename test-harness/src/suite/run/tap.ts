import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A relay in front of a real server that counts connections and notes what clients say before TLS hides it. */
export interface Tap {
  readonly port: number
  /** Per connection: `SSLRequest ClientHello`. */
  readonly says: readonly string[]
  close(): Promise<void>
}

/** Starts a tap in front of a server on loopback. */
export async function openTap(to: { readonly host: string; readonly port: number }): Promise<Tap> {
  const listeners: Listener[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ ...to, allowHalfOpen: true, noDelay: true })
    const listener = new Listener()
    listeners.push(listener)
    client.on('data', (bytes: Buffer) => listener.hear(bytes))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      // A reset is handed on as such: to the other side it is what happened.
      socket.on('error', () => other.resetAndDestroy())
      socket.on('close', () => sockets.delete(socket))
      socket.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get says() {
      return listeners.map((listener) => listener.said.join(' '))
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

const REQUESTS: Readonly<Record<number, string>> = {
  80877103: 'SSLRequest',
  80877104: 'GSSENCRequest',
  80877102: 'CancelRequest',
}
const TLS_HANDSHAKE = 0x16

/** Names the untyped messages with which a client begins; what follows needs no name here. */
class Listener {
  readonly said: string[] = []
  #pending = Buffer.alloc(0)
  #deaf = false

  hear(bytes: Buffer): void {
    if (this.#deaf) return
    this.#pending = Buffer.concat([this.#pending, bytes])
    while (!this.#deaf && this.#pending.length >= 8) this.#take()
  }

  #take(): void {
    if (this.#pending[0] === TLS_HANDSHAKE) {
      this.said.push('ClientHello')
      this.#deaf = true
      return
    }
    const request = REQUESTS[this.#pending.readUInt32BE(4)]
    this.said.push(request ?? 'StartupMessage')
    this.#deaf = request === undefined
    this.#pending = this.#pending.subarray(this.#pending.readUInt32BE(0))
  }
}
