import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { reset } from '../network/listen.ts'
import { type ClientMessage, ClientMessages } from './client-message.ts'
import { endPointDigest } from './end-point-digest.ts'
import type { Recording } from './recording.ts'
import { ScramExchange } from './scram-server.ts'
import type { Answer, HostileConnection, HostileTls, Misbehaviour } from './script.ts'
import {
  CLEARTEXT_REQUEST,
  errorResponse,
  MD5_REQUEST,
  ONE_ROW,
  READY,
  saslRequest,
  welcome,
} from './server-message.ts'
import { serverTls } from './server-tls.ts'

// The response of another kind of server on this port.
const GARBAGE = Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')

/** Plays the server's side of one connection by its script. */
export class Conversation {
  readonly #socket: Socket
  readonly #script: HostileConnection
  readonly #recording: Recording
  readonly #answers: Answer[]
  readonly #queries: Misbehaviour[]
  #stream: Duplex
  #messages = new ClientMessages()
  #scram: ScramExchange | undefined
  #welcomed = false
  // True after a misbehaviour before the client's first message: the connection then only records.
  #mute = false

  constructor(socket: Socket, script: HostileConnection, recording: Recording) {
    this.#socket = socket
    this.#stream = socket
    this.#script = script
    this.#recording = recording
    this.#answers = [...(script.answers ?? ['ok' as const])]
    this.#queries = [...(script.queries ?? [])]
    socket.on('data', this.#hear)
  }

  readonly #hear = (bytes: Buffer): void => {
    const messages = this.#messages.push(bytes)
    const hello = messages.some(({ event }) => event === 'ClientHello')
    this.#recording.receive(hello ? bytes.subarray(0, bytes.length - this.#messages.rest.length) : bytes)
    for (const message of messages) {
      this.#recording.events.push(message.event)
      this.#react(message)
    }
  }

  #react(message: ClientMessage): void {
    if (message.event === 'ClientHello') this.#startTls()
    else if (this.#mute) return
    else if (message.event === 'SSLRequest') this.#answerSslRequest()
    else if (message.event === 'GSSENCRequest') this.#stream.write('N')
    else if (message.event === 'CancelRequest' || message.event === 'Terminate') this.#stream.end()
    else if (this.#scram) this.#continueScram(this.#scram, message)
    else if (this.#welcomed) this.#answerQuery(message)
    else this.#answer(this.#answers.shift())
  }

  #answerSslRequest(): void {
    const answer = this.#script.ssl ?? (this.#script.tls ? 'S' : 'N')
    if (answer === 'S' || answer === 'N') this.#socket.write(answer)
    else if (typeof answer === 'object' && 'answer' in answer) {
      this.#socket.write(Buffer.concat([Buffer.from(answer.answer), answer.extra]))
    } else {
      this.#mute = true
      if (answer === 'E') this.#socket.end(errorResponse('0A000', 'unauthenticated words of the server'))
      else this.#misbehave(answer)
    }
  }

  #startTls(): void {
    const { tls } = this.#script
    this.#socket.off('data', this.#hear)
    if (tls === undefined || typeof tls === 'string' || 'bytes' in tls) {
      this.#socket.resume()
      if (tls !== undefined) this.#misbehave(tls)
      return
    }
    serverTls(this.#socket, tls, this.#messages.rest, this.#recording, (stream) => {
      this.#stream = stream
      this.#messages = new ClientMessages()
      stream.on('data', this.#hear)
    })
  }

  #answer(answer: Answer | undefined): void {
    if (answer === undefined) return
    if (answer === 'ok') this.#welcome(welcome())
    else if (answer === 'cleartext') this.#stream.write(CLEARTEXT_REQUEST)
    else if (answer === 'md5') this.#stream.write(MD5_REQUEST)
    else if (typeof answer === 'string' || 'bytes' in answer) this.#misbehave(answer)
    else if ('sasl' in answer) this.#stream.write(saslRequest(answer.sasl))
    else if ('error' in answer) this.#stream.end(errorResponse(answer.error, answer.message ?? 'refused by script'))
    else {
      const tls = this.#recording.tls ? (this.#script.tls as HostileTls) : undefined
      this.#scram = new ScramExchange(answer.scram, tls && endPointDigest(tls.certificate))
      this.#stream.write(this.#scram.request)
    }
  }

  #continueScram(scram: ScramExchange, message: ClientMessage): void {
    const { send, outcome } = scram.next(message.body)
    if (outcome === 'more') this.#stream.write(send)
    else if (outcome === 'out') this.#stream.end(send)
    else this.#welcome(send)
  }

  #welcome(bytes: Buffer): void {
    this.#scram = undefined
    this.#welcomed = true
    this.#stream.write(Buffer.concat([bytes, this.#script.behindReady ?? Buffer.alloc(0)]))
  }

  #answerQuery({ event }: ClientMessage): void {
    const isQuery = event.startsWith('Query ')
    if (!isQuery && event !== 'Sync') return
    const answer = this.#queries.shift()
    if (answer) this.#misbehave(answer)
    else this.#stream.write(isQuery ? ONE_ROW : READY)
  }

  #misbehave(how: Misbehaviour): void {
    if (how === 'garbage') this.#stream.write(GARBAGE)
    else if (how === 'close') this.#stream.end()
    else if (how === 'reset') reset(this.#socket)
    else if (how !== 'silence') this.#stream.write(how.bytes)
  }
}
