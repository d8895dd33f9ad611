import { ConnectError } from '../errors/connect-error.ts'
import { foreignProtocol } from './foreign-protocol.ts'
import { type BackendMessage, takeMessage } from './reader.ts'
import { withoutSecret } from './without-secret.ts'

interface Bytes {
  send(bytes: Buffer): void
  receive(): Promise<Buffer>
}

/** Reads PostgreSQL messages, one at a time, from a stream of bytes. */
export class MessageStream {
  readonly #bytes: Bytes
  #unread: Buffer = Buffer.alloc(0)
  #began = false
  #secret: string | undefined

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  /**
   * Sends bytes.
   *
   * @param secret The secret in `bytes`, if any: it is removed from every later message of the server.
   */
  send(bytes: Buffer, secret?: string): void {
    this.#secret ??= secret
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

  /** Returns the next message if it has fully arrived, without waiting. */
  arrived(): BackendMessage | undefined {
    const taken = takeMessage(this.#unread)
    if (!taken) return undefined
    this.#unread = taken.rest
    return this.#secret === undefined ? taken.message : withoutSecret(taken.message, this.#secret)
  }

  /** The bytes that arrived after the last message taken. */
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
