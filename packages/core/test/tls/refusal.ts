import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { groups } from '../../src/tls/groups.ts'
import { handshake } from '../../src/tls/handshake.ts'
import type { HandshakeRequest } from '../../src/tls/handshake-request.ts'
import { load } from './fixture.ts'

/** A server certificate with its key and the rest of the chain, PEM. */
interface Shown {
  readonly chain: string
  readonly key: string
}

/**
 * Performs a handshake with a server on loopback that presents this certificate.
 *
 * @returns `accepted`, or code and message of the refusal with `db.test:5432` for the server.
 */
export async function outcomeOf(
  given: Parameters<typeof load>[0],
  { chain, key }: Shown,
  options: tls.TlsOptions = {},
  offered: Pick<HandshakeRequest, 'keyExchange'> = {},
): Promise<string> {
  const server = tls.createServer({ cert: chain, key, ciphers: 'DEFAULT:@SECLEVEL=0', ...options })
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => sockets.add(socket))
  server.on('secureConnection', (socket) => socket.on('error', () => {}).end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const material = load(given).current()
  const { port } = server.address() as AddressInfo
  const socket = net.connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    const { roots, clientCertificate, protocols } = material
    await handshake(
      socket,
      {
        secureContext: material.secureContext(groups.for(undefined)),
        servername: 'db.test',
        verification: 'full',
        host: 'db.test',
        port: 5432,
        roots,
        clientCertificate,
        protocols,
        alpnRequired: false,
        ...offered,
      },
      new AbortController().signal,
    )
    return 'accepted'
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return `${code}: ${message}`
  } finally {
    socket.destroy()
    for (const one of sockets) one.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}
