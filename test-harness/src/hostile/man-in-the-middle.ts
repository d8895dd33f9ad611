import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { Target } from '../network/endpoint.ts'
import { ClientMessages } from './client-message.ts'
import type { HostileTls } from './script.ts'
import { type HostileServer, recordingServer } from './server.ts'
import { serverTls } from './server-tls.ts'

/** Certificate and target of a man in the middle. */
export interface MiddleWanted extends HostileTls {
  /** The real server. */
  readonly to: Target
  /** Transport to the real server. Default `tls`, unverified. */
  readonly upstream?: 'tls' | 'plaintext'
}

/**
 * Starts a man in the middle: it terminates the client's TLS with its own certificate and relays to the real server.
 * {@link HostileServer.connections} contains the bytes that it could read.
 *
 * @example
 * const middle = await manInTheMiddle({ to: server, certificate: forged.certificate, key: forged.key })
 */
export async function manInTheMiddle(wanted: MiddleWanted): Promise<HostileServer> {
  return middle(wanted.to, wanted.upstream ?? 'tls', wanted)
}

/**
 * Starts an attacker that answers N to SSLRequest and relays in plaintext, whether or not the real server has TLS.
 *
 * @example
 * const downgrader = await plaintextDowngrader({ to: server })
 */
export async function plaintextDowngrader(wanted: { readonly to: Target }): Promise<HostileServer> {
  return middle(wanted.to, 'plaintext', undefined)
}

function middle(to: Target, upstream: 'tls' | 'plaintext', tls: HostileTls | undefined): Promise<HostileServer> {
  return recordingServer((socket, recording) => {
    let messages = new ClientMessages()
    const record = (bytes: Buffer) => {
      recording.receive(bytes)
      for (const { event } of messages.push(bytes)) recording.events.push(event)
    }
    const passOn = (client: Duplex, first: Buffer) => {
      void dial(to, upstream).then(
        (server) => exchange(client, server, first, record, () => recording.events.at(-1) === 'Terminate'),
        () => client.destroy(),
      )
    }
    const greet = (bytes: Buffer) => {
      for (const { event } of messages.push(bytes)) {
        recording.events.push(event)
        if (event === 'SSLRequest') socket.write(tls ? 'S' : 'N')
        else if (event === 'GSSENCRequest') socket.write('N')
        else if (event === 'ClientHello' && tls) {
          socket.off('data', greet)
          serverTls(socket, tls, messages.rest, recording, (stream) => {
            messages = new ClientMessages()
            passOn(stream, Buffer.alloc(0))
          })
          return
        } else {
          socket.off('data', greet).pause()
          passOn(socket, bytes)
        }
      }
      recording.receive(bytes)
    }
    socket.on('data', greet)
  })
}

/** @param hasTerminated True for a client that has sent Terminate: it closes by itself, and is not closed before. */
function exchange(
  client: Duplex,
  server: Duplex,
  first: Buffer,
  see: (bytes: Buffer) => void,
  hasTerminated: () => boolean,
): void {
  if (first.length > 0) server.write(first)
  client.on('data', see)
  client.pipe(server).on('error', () => client.destroy())
  server.pipe(client, { end: false }).on('error', () => server.destroy())
  client.on('close', () => server.destroy())
  server.on('close', () => hasTerminated() || client.end())
}

async function dial(to: Target, how: 'tls' | 'plaintext'): Promise<Duplex> {
  const socket = connect({ host: to.host, port: to.port, noDelay: true })
  if (how === 'plaintext') return socket
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket
      .once('data', resolve)
      .once('error', reject)
      .once('close', () => reject(new Error('closed')))
  })
  if (answer.toString() !== 'S') throw new Error('the real server does not speak TLS')
  // An attacker verifies nothing.
  return connectTls({ socket, rejectUnauthorized: false, ciphers: 'DEFAULT@SECLEVEL=0' })
}
