import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'

const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number)

/** True if this Node has hybrid key exchange, by its OpenSSL version. */
export const HAS_HYBRID = major > 3 || (major === 3 && minor >= 5)

/** A TLS server in place of PostgreSQL behind SSLRequest, or of a proxy. */
export interface GroupServer {
  readonly port: number
  /** Number of ClientHellos of the last handshake, including that after a HelloRetryRequest. */
  clientHellos(): number
  /** Changes the list of groups, as an update would. */
  setGroups(list: string): void
  stop(): Promise<void>
}

interface Wanted {
  readonly certificate: string
  readonly key: string
  /** In OpenSSL's notation, as PostgreSQL's ssl_groups. */
  readonly groups: string
  /** Default true, as PostgreSQL's ssl_prefer_server_ciphers. */
  readonly prefersOwn?: boolean
  readonly maxVersion?: tls.SecureVersion
}

const HANDSHAKE = 22
const CHANGE_CIPHER_SPEC = 20
const CLIENT_HELLO = 1

/** Starts it. A session consists of AuthenticationOk and ReadyForQuery. */
export async function startGroupServer(wanted: Wanted): Promise<GroupServer> {
  const { certificate: cert, key, groups, prefersOwn = true, maxVersion } = wanted
  const optionsOf = (list: string) => ({
    cert,
    key,
    ecdhCurve: list,
    honorCipherOrder: prefersOwn,
    ...(maxVersion && { maxVersion }),
  })
  const inner = tls.createServer({ ...optionsOf(groups), ALPNProtocols: ['postgresql'] }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.write(Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')))
  })
  inner.on('tlsClientError', () => {})
  const target = await listening(inner)
  const sockets = new Set<net.Socket>()
  let hellos = 0
  const outer = net.createServer((socket) => {
    const behind = net.connect(target, '127.0.0.1')
    for (const one of [socket, behind]) sockets.add(one.on('error', () => {}))
    socket.once('data', () => {
      hellos = 0
      socket.write('S')
      socket.on('data', (bytes) => {
        hellos += clientHellosIn(bytes)
      })
      socket.pipe(behind).pipe(socket)
    })
  })
  return {
    port: await listening(outer),
    clientHellos: () => hellos,
    setGroups: (list) => inner.setSecureContext(optionsOf(list)),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([inner, outer].map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

async function listening(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function clientHellosIn(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at + 5 < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    if (bytes[at] === HANDSHAKE && bytes[at + 5] === CLIENT_HELLO) count++
    else if (bytes[at] !== CHANGE_CIPHER_SPEC) break
  }
  return count
}
