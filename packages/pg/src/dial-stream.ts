import { Duplex } from 'node:stream'
import {
  ConfigurationError,
  type Dialed,
  dialServers,
  type MessageReader,
  type Profile,
  ServerError,
} from '@verifull/core/adapter'
import type { Client, ClientBase } from 'pg'
import { attest } from './attestation.ts'
import { databaseError } from './database-error.ts'
import { allowEndWhileConnecting } from './end-while-connecting.ts'
import { hearErrors } from './hear-errors.ts'
import { sendCancel } from './send-cancel.ts'
import { rememberSession } from './sessions.ts'
import { dialedEndpoint, firstEndpoint, showOnClient } from './shown-endpoint.ts'
import { changedTarget, refusalOf, withDatabase } from './target.ts'

const PROTOCOL_3_0 = 196_608
const CANCEL_REQUEST = 80_877_102
const SSL_REQUEST = 80_877_103
/**
 * Type of the message with which pg ends a session; a message that begins one has a length there, which begins with 0.
 */
const TERMINATE = 0x58

/**
 * A stream for pg's own `stream` option: a connection made by the dialer in place of pg's socket.
 *
 * It serves a bare `new pg.Client(secureConfig())`, whose class no option can replace. It costs about 45 µs a query,
 * which a Pool with Verifull's Client does not.
 */
export class DialStream extends Duplex {
  #profiles: readonly Profile[]
  readonly #abandoned = new AbortController()
  #began = false
  /** Receives pg's answer to a request for its password. */
  #asking: ((password: string) => void) | undefined
  #socket: Duplex | undefined
  #client: ClientBase | undefined

  /** @param profiles The servers to choose from. */
  constructor(profiles: readonly Profile[]) {
    super()
    this.#profiles = profiles
  }

  /**
   * Shows the endpoint on the client of this stream, allows the client to end while it connects, and keeps its errors from
   * ending the process.
   */
  showOn(client: ClientBase): void {
    const { host, port, user, database } = client as Client
    const changes = changedTarget({ host, port, user }, this.#profiles)
    this.#client = client
    allowEndWhileConnecting(client)
    hearErrors(client)
    if (changes.length > 0) return
    this.#profiles = withDatabase(this.#profiles, database)
    showOnClient(client, firstEndpoint(this.#profiles[0]))
  }

  /**
   * Connects for pg, which calls it with a port and a host or with the path of a Unix-domain socket; the addresses are
   * the profiles', and any other target is refused.
   */
  connect(...target: readonly unknown[]): this {
    const refusal = refusalOf(changedTarget(targetOf(target), this.#profiles))
    process.nextTick(() => {
      if (refusal) this.destroy(refusal)
      else if (!this.destroyed) this.emit('connect')
    })
    return this
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket) {
      this.#socket.write(chunk, done)
      return
    }
    done()
    if (this.#asking && chunk[0] !== TERMINATE) {
      this.#asking(passwordIn(chunk))
      this.#asking = undefined
      return
    }
    if (this.#began || chunk[0] === TERMINATE) {
      // Before the session exists, pg can only abandon the connection.
      this.destroy(new Error('Connection terminated'))
      return
    }
    this.#began = true
    this.#begin(chunk).catch((error: unknown) => this.destroy(shown(error)))
  }

  override _read(): void {
    this.#socket?.resume()
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#socket) return void this.#socket.end(done)
    done()
    this.destroy()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#abandoned.abort(error ?? new Error('the connection was given up'))
    this.#socket?.destroy()
    done(error)
  }

  /** Reads the first bytes of a connection, which reveal its purpose. */
  async #begin(chunk: Buffer): Promise<void> {
    const code = chunk.length >= 8 ? chunk.readInt32BE(4) : 0
    if (code === PROTOCOL_3_0) return this.#adopt(await this.#dial(startupParameters(chunk)))
    if (code === SSL_REQUEST) throw new ConfigurationError(changedTarget({ ssl: false }, this.#profiles))
    if (code !== CANCEL_REQUEST || chunk.length !== 16)
      throw new Error('pg began a connection with something else than a startup message')
    await sendCancel(chunk.readInt32BE(8), chunk.readInt32BE(12), this.#abandoned.signal)
    this.push(null)
  }

  async #dial(startup: Record<string, string>): Promise<Dialed> {
    const { user, database } = startup
    const given = { user, password: await this.#password() }
    const refusal = refusalOf(changedTarget(given, this.#profiles))
    if (refusal) throw refusal
    return dialServers(withDatabase(this.#profiles, database), startup, this.#abandoned.signal)
  }

  /**
   * Returns the password of pg's configuration, which only pg knows: it answers a password request as a server sends
   * it.
   */
  #password(): Promise<string> {
    return new Promise((resolve) => {
      this.#asking = resolve
      this.push(CLEARTEXT_PASSWORD)
    })
  }

  #adopt(dialed: Dialed): void {
    const { socket, replay, messages, attestation } = dialed
    if (this.destroyed) return void socket.destroy()
    this.#socket = socket
    rememberSession(dialed)
    if (this.#client) showOnClient(this.#client, dialedEndpoint(dialed))
    attest(this, attestation)
    const reader: MessageReader = { messages: (whole) => void (this.push(whole) || socket.pause()) }
    const read = (bytes: Buffer) => {
      const failure = messages.take(bytes, reader)
      if (failure) this.destroy(failure)
    }
    socket.on('data', read)
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
    read(replay)
    socket.resume()
  }

  // The dialer has set both from the profile.
  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    refOf(this.#socket)?.ref()
    return this
  }

  unref(): this {
    refOf(this.#socket)?.unref()
    return this
  }
}

function shown(error: unknown): Error {
  return error instanceof ServerError ? databaseError(error) : (error as Error)
}

/** AuthenticationCleartextPassword */
const CLEARTEXT_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])

/** PasswordMessage: a type byte, the length, and the password ended by a zero. */
function passwordIn(message: Buffer): string {
  return message.toString('utf8', 5, Math.max(5, message.length - 1))
}

/** Returns pg's arguments for a socket under the names of its options. */
function targetOf([portOrPath, host]: readonly unknown[]): { readonly host?: unknown; readonly port?: unknown } {
  if (typeof portOrPath !== 'string' || host !== undefined) return { port: portOrPath, host }
  const [, folder = portOrPath, port] = /^(.*)\/\.s\.PGSQL\.(\d+)$/.exec(portOrPath) ?? []
  return { host: folder, ...(port !== undefined && { port }) }
}

/** Name, value, name, value …, each ended by a zero, after the length and the protocol. */
function startupParameters(message: Buffer): Record<string, string> {
  const words = message.toString('utf8', 8).split('\0')
  const parameters: Record<string, string> = {}
  for (let at = 0; at + 1 < words.length && words[at]; at += 2) parameters[words[at] ?? ''] = words[at + 1] ?? ''
  return parameters
}

function refOf(socket: Duplex | undefined): { ref(): void; unref(): void } | undefined {
  return socket && 'ref' in socket && 'unref' in socket
    ? (socket as Duplex & { ref(): void; unref(): void })
    : undefined
}
