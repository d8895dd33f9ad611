import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { ConnectionTrace } from './script.ts'

/** Records the messages and the end of one connection. */
export class Recording implements ConnectionTrace {
  readonly events: string[] = []
  readonly closed: Promise<void>
  tls?: NonNullable<ConnectionTrace['tls']>
  readonly #received: Buffer[] = []
  #over = false
  #resolveClosed: () => void = () => {}

  constructor(socket: Socket) {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.watch(socket)
  }

  /** Records how a stream ends, unless this side ended it. TLS takes the end from the socket below it. */
  watch(stream: Duplex): void {
    const note = (event: string) => {
      if (!this.#over && !stream.writableEnded) this.events.push(event)
      this.#over = true
    }
    stream.on('end', () => note('closed by client'))
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') note('reset by client')
    })
    stream.on('close', () => this.#resolveClosed())
  }

  get received(): Buffer {
    return Buffer.concat(this.#received)
  }

  receive(bytes: Buffer): void {
    this.#received.push(bytes)
  }

  established(socket: TLSSocket): void {
    const { servername } = socket as { servername?: string | false }
    const subject = socket.getPeerCertificate().subject as { CN?: string } | undefined
    this.tls = {
      protocol: socket.getProtocol() ?? '',
      ...(servername ? { servername } : {}),
      ...(socket.alpnProtocol ? { alpn: socket.alpnProtocol } : {}),
      ...(subject?.CN ? { clientCertificate: subject.CN } : {}),
    }
    this.events.push('TLS established')
  }
}
