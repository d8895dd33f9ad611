import { ConnectError } from '../errors/connect-error.ts'
import { printable } from '../text/printable.ts'
import {
  DATA_ROW,
  emptyRow,
  HEADER,
  int32At,
  isDataRow,
  isPossibleHeader,
  isWellFormed,
  type RowValues,
} from './message-shape.ts'

const AUTHENTICATION = 0x52
const BACKEND_KEY = 0x4b
const COPY_BOTH = 0x57
const READY_FOR_QUERY = 0x5a

/** Bytes from which on rows are read through a view, and one by one. */
const MANY_ROWS = 1024

/** A driver's reading of the messages of a session. It must not throw: the messages after it would be lost. */
export interface MessageReader {
  /** Reads one or more whole messages. */
  readonly messages: (bytes: Buffer) => void
  /**
   * Reads a row: its values, and the length of its message without the type. Without it, and where few bytes have
   * arrived, rows are among the messages.
   *
   * A value is made of its bytes where its length is checked, which costs less than a driver's reading after the check.
   */
  readonly row?: (values: RowValues, length: number) => void
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
    const view = size > MANY_ROWS ? new DataView(bytes.buffer, bytes.byteOffset, size) : undefined
    const row = view && reader.row
    let passed = 0
    let at = 0
    let needed = HEADER
    while (at + HEADER <= size) {
      const type = bytes[at]
      const length = view ? view.getInt32(at + 1) : int32At(bytes, at + 1)
      const end = at + 1 + length
      // Rows first: no other message is that frequent.
      if (type === DATA_ROW && length >= 4 && end <= size) {
        const values = row && emptyRow(bytes, at)
        if (isDataRow(bytes, at, end, view, values)) {
          if (values) {
            if (passed < at) reader.messages(bytes.subarray(passed, at))
            row(values, length)
            passed = end
          }
          at = end
          continue
        }
      }
      this.#failure = this.#fault(bytes, at, length)
      if (this.#failure) break
      if (end > size) {
        needed = length + 1
        break
      }
      if (type === READY_FOR_QUERY) this.#isReady = true
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
