import { ConnectError } from '../errors/connect-error.ts'
import { printable } from '../text/printable.ts'
import { type AnswerMessage, readAnswer } from './answer-message.ts'
import { HEADER, int32At, isPossibleHeader, isWellFormed } from './message-shape.ts'

const AUTHENTICATION = 0x52
const BACKEND_KEY = 0x4b
const COPY_BOTH = 0x57
const READY_FOR_QUERY = 0x5a

/** Bytes from which on numbers are read through a view. */
const MANY = 1024

/** A driver's reading of the messages of a session. It must not throw: the messages after it would be lost. */
export interface MessageReader {
  /** Reads one or more whole messages. */
  readonly messages: (bytes: Buffer) => void
  /** Is told of a message of the answer to a statement. Without it these are among the messages. */
  readonly answer?: (message: AnswerMessage) => void
}

/**
 * Checks the messages that the server of an open session sends before a driver reads them: passes on whole, well-formed
 * messages that are valid at this point, from AuthenticationOk on.
 *
 * Any other message ends the session, above all an authentication request after the login, which a driver would answer
 * with a password.
 */
export class SessionMessages {
  readonly #replication: boolean
  #isReady = false
  /** The pieces of an incomplete message or header. */
  #begun: Buffer[] = []
  #begunSize = 0
  #neededSize = 0
  #failure: ConnectError | undefined

  /** @param replication True if the session speaks the replication protocol, which has a message of its own. */
  constructor(replication: boolean) {
    this.#replication = replication
  }

  /**
   * Passes the messages completed by `bytes` to the reader, in one or more pieces.
   *
   * Returns an error if a message is invalid, which must end the session: the messages before it are still read,
   * and none after it.
   */
  take(bytes: Buffer, reader: MessageReader): ConnectError | undefined {
    if (this.#failure) return this.#failure
    if (this.#begunSize === 0) return this.#pass(bytes, reader)
    const missing = this.#neededSize - this.#begunSize
    this.#begun.push(bytes.subarray(0, missing))
    this.#begunSize += Math.min(bytes.length, missing)
    if (bytes.length < missing) return undefined
    // Only the message that arrived in pieces is copied; the rest is passed on as it is.
    const begun = Buffer.concat(this.#begun, this.#begunSize)
    this.#begun = []
    this.#begunSize = 0
    const rest = bytes.subarray(missing)
    if (begun.length === HEADER) return this.#pass(Buffer.concat([begun, rest]), reader)
    return this.#pass(begun, reader) ?? (rest.length > 0 ? this.#pass(rest, reader) : undefined)
  }

  #pass(bytes: Buffer, reader: MessageReader): ConnectError | undefined {
    const size = bytes.length
    const view = size > MANY ? new DataView(bytes.buffer, bytes.byteOffset, size) : undefined
    const { answer } = reader
    let passed = 0
    let at = 0
    let needed = HEADER
    while (at + HEADER <= size) {
      const length = view ? view.getInt32(at + 1) : int32At(bytes, at + 1)
      const end = at + 1 + length
      const read = answer && length >= 4 && end <= size ? readAnswer(bytes, at, end, view) : undefined
      if (!read) {
        this.#failure = this.#fault(bytes, at, length)
        if (this.#failure) break
        if (end > size) {
          needed = length + 1
          break
        }
      }
      if (bytes[at] === READY_FOR_QUERY) this.#isReady = true
      if (read) {
        if (passed < at) reader.messages(bytes.subarray(passed, at))
        answer?.(read)
        passed = end
      }
      at = end
    }
    if (!this.#failure && at < size) {
      this.#begun.push(bytes.subarray(at))
      this.#begunSize = size - at
      this.#neededSize = needed
    }
    if (passed < at) reader.messages(passed === 0 && at === size ? bytes : bytes.subarray(passed, at))
    return this.#failure
  }

  /** Returns the fault of a message whose header has arrived; undefined if it has none. */
  #fault(bytes: Buffer, at: number, length: number): ConnectError | undefined {
    const type = bytes[at]
    const misplaced = this.#isReady ? this.#misplaced(type) : undefined
    if (misplaced) return misplaced
    const end = at + 1 + length
    const isThere = end <= bytes.length
    if (!isPossibleHeader(type, length) || (isThere && !isWellFormed(bytes, at, end))) return malformed(type)
    return undefined
  }

  /** Returns an error for messages that belong before the session is ready, or to replication only. */
  #misplaced(type: number | undefined): ConnectError | undefined {
    switch (type) {
      case AUTHENTICATION:
        return new ConnectError(
          'PROTOCOL',
          'the server asked for authentication in the middle of a session, which PostgreSQL never does; it got no answer, and the connection was closed: check what is in the path to the server',
        )
      case BACKEND_KEY:
        return outOfPlace('BackendKeyData, which comes only before a session is ready')
      case COPY_BOTH:
        return this.#replication ? undefined : outOfPlace('CopyBothResponse, which only replication has')
      default:
        return undefined
    }
  }
}

function outOfPlace(what: string): ConnectError {
  return new ConnectError('PROTOCOL', `the server sent ${what}; the connection was closed`)
}

function malformed(type: number | undefined): ConnectError {
  const name = printable(String.fromCharCode(type ?? 0))
  return new ConnectError(
    'PROTOCOL',
    `the server sent a message of type "${name}" that is malformed or not PostgreSQL's; the connection was closed`,
  )
}
