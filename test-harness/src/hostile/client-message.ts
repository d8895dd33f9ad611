/** One message of a client. */
export interface ClientMessage {
  /** Name of the message as in {@link ConnectionTrace.events}. */
  readonly event: string
  readonly body: Buffer
}

const REQUESTS: Readonly<Record<number, string>> = {
  80877102: 'CancelRequest',
  80877103: 'SSLRequest',
  80877104: 'GSSENCRequest',
}

const TYPES: Readonly<Record<string, string>> = {
  B: 'Bind',
  C: 'Close',
  D: 'Describe',
  E: 'Execute',
  F: 'FunctionCall',
  H: 'Flush',
  P: 'Parse',
  S: 'Sync',
  X: 'Terminate',
  c: 'CopyDone',
  d: 'CopyData',
  f: 'CopyFail',
}

const HANDSHAKE = 22
const LONGEST = 1_000_000

/** Splits a client's bytes into messages, as a server would. */
export class ClientMessages {
  /** Bytes of an incomplete message; after a ClientHello, all further bytes. */
  rest: Buffer = Buffer.alloc(0)
  #started = false
  #sasl = false
  #over = false

  /** The messages completed by these bytes. Nothing follows a `ClientHello` or `garbage`. */
  push(bytes: Buffer): ClientMessage[] {
    this.rest = Buffer.concat([this.rest, bytes])
    const messages: ClientMessage[] = []
    while (!this.#over && this.rest.length > 0) {
      const message = this.#started ? this.#typed() : this.#first()
      if (!message) break
      messages.push(message)
    }
    return messages
  }

  #first(): ClientMessage | undefined {
    if (this.rest[0] === HANDSHAKE) return this.#last('ClientHello')
    if (this.rest.length < 8) return undefined
    const body = this.#take(0, 8)
    if (!body) return body === null ? this.#last('garbage') : undefined
    const code = body.readInt32BE(0)
    const request = REQUESTS[code]
    if (request) return { event: request, body }
    if (code >> 16 !== 3) return this.#last('garbage')
    this.#started = true
    const words = body.toString('utf8', 4).split('\0')
    const value = (name: string) => words[words.indexOf(name) + 1]
    return { event: `StartupMessage user=${value('user')} database=${value('database')}`, body }
  }

  #typed(): ClientMessage | undefined {
    const type = String.fromCharCode(this.rest[0] ?? 0)
    if (this.rest.length < 5) return undefined
    const body = this.#take(1, 4)
    if (!body) return body === null ? this.#last('garbage') : undefined
    if (type === 'p') return { event: this.#answer(body), body }
    if (type === 'Q') return { event: `Query ${body.toString('utf8', 0, body.length - 1)}`, body }
    const event = TYPES[type]
    return event ? { event, body } : this.#last('garbage')
  }

  // All responses to authentication requests have the type p. They are told apart by content, because a client may send
  // the first SASL message unrequested.
  #answer(body: Buffer): string {
    const mechanism = /^(SCRAM-[A-Z0-9-]+)\0/.exec(body.toString('latin1'))?.[1]
    if (mechanism) {
      this.#sasl = true
      return `SASLInitialResponse mech=${mechanism}`
    }
    return this.#sasl ? 'SASLResponse' : 'PasswordMessage'
  }

  #last(event: string): ClientMessage {
    this.#over = true
    return { event, body: Buffer.alloc(0) }
  }

  // The bytes behind the length at `at`; undefined while incomplete, null if the length is invalid.
  #take(at: number, shortest: number): Buffer | undefined | null {
    const length = this.rest.readInt32BE(at)
    if (length < shortest || length > LONGEST) return null
    if (this.rest.length < at + length) return undefined
    const body = this.rest.subarray(at + 4, at + length)
    this.rest = this.rest.subarray(at + length)
    return body
  }
}
