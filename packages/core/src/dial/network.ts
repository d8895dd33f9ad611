import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { isLoopbackAddress } from '../addresses/loopback.ts'
import { isPrivateAddress } from '../addresses/private-network.ts'
import { bare } from '../text/record.ts'
import { abortable } from '../time/deadline.ts'
import { handshake } from '../tls/handshake.ts'
import type { HandshakeRequest, HandshakeResult } from '../tls/handshake-request.ts'
import type { Channel, Network, Target } from './channel.ts'
import { ended, readSocket } from './read-socket.ts'

/** Name resolution and sockets of this machine. */
export const network: Network = {
  async resolve(host, signal) {
    if (net.isIP(host)) return [host]
    const found = await abortable(lookup(host, { all: true, verbatim: true }), signal)
    return found.map(({ address }) => address)
  },
  open: openSocket,
}

async function openSocket(target: Target, signal: AbortSignal): Promise<Channel> {
  signal.throwIfAborted()
  const socket =
    'socketPath' in target
      ? net.connect(bare({ path: target.socketPath }))
      : net.connect(
          bare({
            host: target.address,
            port: target.port,
            noDelay: true,
            keepAlive: target.keepAlive.enabled,
            keepAliveInitialDelay: target.keepAlive.idleMs,
          }),
        )
  // Without a listener, an error between two steps would end the process.
  socket.on('error', () => {})
  try {
    await abortable(once(socket, 'connect'), signal)
  } catch (error) {
    socket.destroy()
    throw error
  }
  if ('socketPath' in target) return new SocketChannel(socket, { local: true, isPrivate: false }, signal)
  const { remoteAddress } = socket
  // A connection that the server has reset has no address, which proves nothing about the peer.
  if (remoteAddress === undefined) {
    socket.destroy()
    throw ended()
  }
  // The socket's address counts, not the configured name: `localhost` may resolve to any address.
  const peer = { local: isLoopbackAddress(remoteAddress), isPrivate: isPrivateAddress(remoteAddress) }
  return new SocketChannel(socket, peer, signal)
}

class SocketChannel implements Channel {
  readonly local: boolean
  readonly isPrivate: boolean
  readonly #signal: AbortSignal
  readonly #abort = () => this.destroy()
  #socket: Duplex

  constructor(
    socket: net.Socket,
    { local, isPrivate }: Pick<SocketChannel, 'local' | 'isPrivate'>,
    signal: AbortSignal,
  ) {
    this.#socket = socket
    this.#signal = signal
    this.local = local
    this.isPrivate = isPrivate
    if (signal.aborted) this.destroy()
    signal.addEventListener('abort', this.#abort, { once: true })
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  receive(): Promise<Buffer> {
    return readSocket(this.#socket, this.#signal)
  }

  async secure(offer: HandshakeRequest): Promise<HandshakeResult> {
    const { socket, facts } = await handshake(this.#socket as net.Socket, offer, this.#signal)
    this.#socket = socket
    return facts
  }

  release(): Duplex {
    this.#signal.removeEventListener('abort', this.#abort)
    return this.#socket
  }

  destroy(): void {
    this.#signal.removeEventListener('abort', this.#abort)
    this.#socket.destroy()
  }
}
