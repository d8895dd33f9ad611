import { ConnectError } from '../errors/connect-error.ts'
import { foreignProtocol } from './foreign-protocol.ts'
import { type BackendMessage, takeMessage } from './reader.ts'

interface Bytes {
  send(bytes: Buffer): void
  receive(): Promise<Buffer>
}

/** Messages, one at a time, out of a stream of bytes. */
export class MessageStream {
  readonly #bytes: Bytes
  #unread: Buffer = Buffer.alloc(0)
  #began = false

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  send(bytes: Buffer): void {
    this.#bytes.send(bytes)
  }

  async message(): Promise<BackendMessage> {
    for (;;) {
      const taken = takeMessage(this.#unread)
      if (taken) {
        this.#unread = taken.rest
        return taken.message
      }
      const more = await this.#bytes.receive()
      if (!this.#began) refuseForeignProtocol(more)
      this.#began = true
      this.#unread = this.#unread.length ? Buffer.concat([this.#unread, more]) : more
    }
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
