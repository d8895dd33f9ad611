import { PassThrough } from 'node:stream'
import type { Channel, Network, Target } from '../../src/dial/channel.ts'
import { ended } from '../../src/dial/read-socket.ts'
import { sessionStart } from '../wire/backend-messages.ts'

/** A server in memory: refuses the connection, is silent, or responds message by message. */
export type MemoryServer =
  | 'refuses'
  | 'is silent'
  /** One piece per message of the client, then the end. A function gets the message. */
  | readonly (Buffer | ((message: Buffer) => Buffer))[]

/** A server that admits everyone. */
export function open(parameters?: Readonly<Record<string, string>>): MemoryServer {
  return [sessionStart(parameters)]
}

/** A network in memory from names to addresses to servers; it records dials and messages. */
export class MemoryNetwork implements Network {
  /** In order: `resolve one.test`, `open 10.0.0.1:5432`. */
  readonly events: string[] = []
  readonly channels: MemoryChannel[] = []
  readonly #names: Readonly<Record<string, readonly string[]>>
  readonly #servers: Readonly<Record<string, MemoryServer>>

  /** An absent name is its own address; `[]` is a name that does not resolve. */
  constructor(
    servers: Readonly<Record<string, MemoryServer>>,
    names: Readonly<Record<string, readonly string[]>> = {},
  ) {
    this.#servers = servers
    this.#names = names
  }

  async resolve(host: string): Promise<readonly string[]> {
    this.events.push(`resolve ${host}`)
    const addresses = this.#names[host] ?? [host]
    if (addresses.length > 0) return addresses
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
  }

  async open(target: Target, signal: AbortSignal): Promise<Channel> {
    const place = 'address' in target ? `${target.address}:${target.port}` : target.socketPath
    this.events.push(`open ${place}`)
    const server = this.#servers['address' in target ? target.address : place] ?? 'refuses'
    if (server === 'refuses') {
      throw Object.assign(new Error(`connect ECONNREFUSED ${place}`), { code: 'ECONNREFUSED', syscall: 'connect' })
    }
    const channel = new MemoryChannel(server, signal)
    this.channels.push(channel)
    return channel
  }
}

class MemoryChannel implements Channel {
  readonly local = true
  readonly sent: Buffer[] = []
  destroyed = false
  readonly #signal: AbortSignal
  readonly #answers: Exclude<MemoryServer, 'refuses'>
  #turn = 0

  constructor(answers: Exclude<MemoryServer, 'refuses'>, signal: AbortSignal) {
    this.#answers = answers
    this.#signal = signal
  }

  send(bytes: Buffer): void {
    this.sent.push(bytes)
  }

  receive(): Promise<Buffer> {
    if (this.#answers === 'is silent') {
      return new Promise((_resolve, reject) => {
        this.#signal.addEventListener('abort', () => reject(this.#signal.reason), { once: true })
      })
    }
    const answer = this.#answers[this.#turn++]
    if (!answer) return Promise.reject(ended())
    return Promise.resolve(typeof answer === 'function' ? answer(this.sent.at(-1) ?? Buffer.alloc(0)) : answer)
  }

  secure(): never {
    throw new Error('servers in memory speak no TLS')
  }

  release(): PassThrough {
    return new PassThrough()
  }

  destroy(): void {
    this.destroyed = true
  }
}
