import { ConnectError } from '../errors/connect-error.ts'
import { foreignProtocol } from './foreign-protocol.ts'
import { type BackendMessage, takeMessage } from './reader.ts'
import { withoutSecret } from './without-secret.ts'

interface Bytes {
  send(bytes: Buffer): void
  receive(): Promise<Buffer>
}

/** Messages, one at a time, out of a stream of bytes. */
export class MessageStream {
  readonly #bytes: Bytes
  #unread: Buffer = Buffer.alloc(0)
  #began = false
  #told: string | undefined

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  /** @param told The secret in `bytes`, where they have one: it is struck out of whatever the server says from then on. */
  send(bytes: Buffer, told?: string): void {
    this.#told ??= told
    this.#bytes.send(bytes)
  }

  async message(): Promise<BackendMessage> {
    for (;;) {
      const arrived = this.arrived()
      if (arrived) return arrived
      const more = await this.#bytes.receive()
      if (!this.#began) refuseForeignProtocol(more)
      this.#began = true
      this.#unread = this.#unread.length ? Buffer.concat([this.#unread, more]) : more
    }
  }

  /** The next message, where it is all there; nothing is waited for. */
  arrived(): BackendMessage | undefined {
    const taken = takeMessage(this.#unread)
    if (!taken) return undefined
    this.#unread = taken.rest
    return this.#told === undefined ? taken.message : withoutSecret(taken.message, this.#told)
  }

  /** What arrived behind the last message taken. */
  get unread(): Buffer {
    return this.#unread
  }
}

function refuseForeignProtocol(first: Buffer): void {
  const protocol = foreignProtocol(first)
  if (protocol) {
    throw new ConnectError('PROTOCOL', `the server speaks ${protocol}, not PostgreSQL; check host and port`)
  }
}
