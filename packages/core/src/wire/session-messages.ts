import { ConnectError } from '../errors/connect-error.ts'
import { printable } from '../text/printable.ts'
import { DATA_ROW, HEADER, isDataRow, isPossibleHeader, isWellFormed } from './message-shape.ts'

const AUTHENTICATION = 0x52
const BACKEND_KEY = 0x4b
const COPY_BOTH = 0x57
const READY_FOR_QUERY = 0x5a

/**
 * Stands between the server of a session and a driver's reader, which follows whatever it is sent: passes on whole messages
 * that are well formed and have their place, from AuthenticationOk on.
 *
 * Anything else ends the session: above all an authentication request after the login, which a driver would answer with a
 * password.
 */
export class SessionMessages {
  readonly #replication: boolean
  #isReady = false
  /** The pieces of a message that is not all there, or of its header. */
  #begun: Buffer[] = []
  #begunSize = 0
  #neededSize = 0
  #failure: ConnectError | undefined

  /** @param replication Whether the session speaks the replication protocol, which has a message of its own. */
  constructor(replication: boolean) {
    this.#replication = replication
  }

  /**
   * Hands the messages that are complete with `bytes` to `deliver`, in one piece or more.
   *
   * Gives the error with which the session has to end once a message is not as it must be; what came before it is still
   * delivered, and nothing after it.
   */
  take(bytes: Buffer, deliver: (messages: Buffer) => void): ConnectError | undefined {
    if (this.#failure) return this.#failure
    if (this.#begunSize === 0) return this.#pass(bytes, deliver)
    const missing = this.#neededSize - this.#begunSize
    this.#begun.push(bytes.subarray(0, missing))
    this.#begunSize += Math.min(bytes.length, missing)
    if (bytes.length < missing) return undefined
    // Only the message that came in pieces is copied; what follows it is passed on as it is.
    const begun = Buffer.concat(this.#begun, this.#begunSize)
    this.#begun = []
    this.#begunSize = 0
    const rest = bytes.subarray(missing)
    if (begun.length === HEADER) return this.#pass(Buffer.concat([begun, rest]), deliver)
    return this.#pass(begun, deliver) ?? (rest.length > 0 ? this.#pass(rest, deliver) : undefined)
  }

  #pass(bytes: Buffer, deliver: (messages: Buffer) => void): ConnectError | undefined {
    const size = bytes.length
    const view = new DataView(bytes.buffer, bytes.byteOffset, size)
    let at = 0
    let needed = HEADER
    while (at + HEADER <= size) {
      const type = bytes[at]
      const length = view.getInt32(at + 1)
      const end = at + 1 + length
      // Rows first: nothing else comes by the thousand.
      if (type === DATA_ROW && length >= 4 && end <= size && isDataRow(view, at, end)) {
        at = end
        continue
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
    if (at > 0) deliver(at === size ? bytes : bytes.subarray(0, at))
    return this.#failure
  }

  /** What is wrong with a message of which at least the header is there. */
  #fault(bytes: Buffer, at: number, length: number): ConnectError | undefined {
    const type = bytes[at]
    const misplaced = this.#isReady ? this.#misplaced(type) : undefined
    if (misplaced) return misplaced
    const end = at + 1 + length
    const isThere = end <= bytes.length
    if (!isPossibleHeader(type, length) || (isThere && !isWellFormed(bytes, at, end))) return malformed(type)
    return undefined
  }

  /** What a session has before it is ready, or only for replication. */
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
