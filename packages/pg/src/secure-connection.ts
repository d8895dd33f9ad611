import type { Duplex } from 'node:stream'
import {
  type AnswerMessage,
  type Dialed,
  dialServers,
  type MessageReader,
  type Profile,
  ServerError,
} from '@verifull/core/adapter'
import pg from 'pg'
import { attest } from './attestation.ts'
import { databaseError } from './database-error.ts'
import { PendingStream } from './pending-stream.ts'
import type { RetiredFor } from './retired-for.ts'
import { sendCancel } from './send-cancel.ts'
import { rememberSession } from './sessions.ts'
import { throwLater } from './throw-later.ts'

/**
 * pg's Connection on a socket that the dialer has already authenticated.
 *
 * pg sends its startup message; the dialer connects, and pg reads the server's first messages from a replay as if it
 * had connected itself. From then on pg uses the socket directly.
 */
export class SecureConnection extends pg.Connection {
  // pg also assigns it when it wraps its own socket for TLS; the types make it read-only.
  declare stream: Duplex
  // In pg since 8.0, but not in its types.
  declare attachListeners: (stream: Duplex) => void
  declare _connecting: boolean
  declare _ending: boolean
  /** True while somebody listens to `message`. */
  declare _emitMessage: boolean
  /** Beginning of the connect, by `performance.now()`. */
  beganAt = 0
  /** When the server last sent something, in milliseconds of the clock that goes on while the machine is suspended. */
  heardAt = 0
  /** When its pool last lent it, by the same clock. */
  lentAt = 0
  /** The same by `performance.now()`, while checkouts are timed; 0 otherwise. */
  lentSince = 0
  /** Stack of that checkout, while leaks are looked for. */
  lentBy: string | undefined
  /** True once the session must not be lent again; see {@link leaveWhenUnfit}. */
  isUnfit = false
  /** The reason that it leaves its pool for; undefined while none is known. */
  retiredFor: RetiredFor | undefined
  readonly #profiles: readonly Profile[]
  readonly #onDialed: (dialed: Dialed) => void
  readonly #abandoned: AbortController
  readonly #refusal: Error | undefined

  /** @param refusal The reason that it must never connect. */
  constructor(profiles: readonly Profile[], onDialed: (dialed: Dialed) => void, refusal?: Error) {
    const abandoned = new AbortController()
    super({ stream: () => new PendingStream((reason) => abandoned.abort(reason ?? ABANDONED)), ssl: false })
    this.#abandoned = abandoned
    this.#profiles = profiles
    this.#onDialed = onDialed
    this.#refusal = refusal
    // pg's connect timer destroys the stream with an error; the dialer reports it.
    this.stream.on('error', () => {})
  }

  connect(): void {
    this._connecting = true
    this.beganAt = performance.now()
    setImmediate(() => (this.#refusal ? this.#failed(this.#refusal) : this.emit('connect')))
  }

  startup(parameters: Readonly<Record<string, string>>): void {
    // Outside of the promise: an error that a callback of the application throws would be its rejection.
    dialServers(this.#profiles, parameters, this.#abandoned.signal).then(
      (dialed) => process.nextTick(() => this.#adopt(dialed)),
      (error: unknown) => process.nextTick(() => this.#failed(error)),
    )
  }

  override end(): void {
    super.end()
    const { stream } = this
    const timer = setTimeout(() => stream.destroy(), GOODBYE_MS).unref()
    stream.once('close', () => clearTimeout(timer))
  }

  cancel(processId: number, secretKey: number): void {
    void sendCancel(processId, secretKey, this.#abandoned.signal).then(() => this.emit('end'))
  }

  // Does nothing: the login is over before pg has the connection, and no password may be sent.
  password(): void {}
  sendSASLInitialResponseMessage(): void {}
  sendSCRAMClientFinalMessage(): void {}

  #adopt(dialed: Dialed): void {
    const { socket, replay, messages } = dialed
    if (this.#abandoned.signal.aborted) {
      socket.destroy()
      this.#failed(this.#abandoned.signal.reason)
      return
    }
    this.stream = socket
    attest(socket, dialed.attestation)
    rememberSession(dialed)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this._ending && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return
      this.emit('error', error)
    })
    socket.on('close', () => this.emit('end'))
    this.#onDialed(dialed)
    const read = this.#reader(socket)
    const reader: MessageReader = {
      messages(bytes) {
        try {
          read(bytes)
        } catch (thrown) {
          // As in pg: the messages after it are read.
          throwLater(thrown)
        }
      },
      answer: (message) => this.#answer(message),
    }
    socket.on('data', (bytes: Buffer) => {
      this.heardAt = Date.now()
      const failure = messages.take(bytes, reader)
      if (failure) socket.destroy(failure)
    })
    socket.unshift(replay)
    socket.resume()
  }

  /** Returns pg's reader of all other messages, and has pg told of the socket's end. */
  #reader(socket: Duplex): (messages: Buffer) => void {
    let reader: ((messages: Buffer) => void) | undefined
    // pg's reader calls only `on`.
    const on = (event: string, listener: (messages: Buffer) => void) => {
      if (event === 'data') reader = listener
      else socket.on(event, listener)
    }
    this.attachListeners({ on } as unknown as Duplex)
    if (!reader) throw new Error('this version of pg reads its connection in a way that Verifull does not know')
    return reader
  }

  /** Emits a message as pg does. */
  #answer(message: AnswerMessage): void {
    try {
      if (this._emitMessage) this.emit('message', message)
      this.emit(message.name, message)
    } catch (thrown) {
      throwLater(thrown)
    }
  }

  #failed(error: unknown): void {
    if (error instanceof ServerError) this.emit('errorMessage', databaseError(error))
    else if (error !== ABANDONED) this.emit('error', error)
    else if (this._ending) this.emit('error', new Error('Connection terminated'))
    this.emit('end')
  }
}

/** Time for the server to close the connection after pg's goodbye; a network that swallows it would hold the process. */
const GOODBYE_MS = 1000

/** The reason of a connection given up without one, as by pg-pool: pg words the error. */
const ABANDONED = new Error('the connection was given up')
