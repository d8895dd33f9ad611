import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Recording } from './recording.ts'
import type { HostileTls } from './script.ts'

/**
 * Runs the server's side of TLS on a socket from which the first bytes of the ClientHello have been read; returns the
 * decrypted stream.
 */
export function serverTls(
  socket: Socket,
  wanted: HostileTls,
  firstBytes: Buffer,
  recording: Recording,
  established: (stream: TLSSocket) => void,
): void {
  socket.pause()
  socket.unshift(firstBytes)
  const { certificate, key, clientCa, alpn = ['postgresql'], minVersion, maxVersion } = wanted
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext({
      cert: certificate,
      key,
      // Some scripts need weak keys and old protocols.
      ciphers: 'DEFAULT@SECLEVEL=0',
      ...(clientCa ? { ca: clientCa } : {}),
      ...(minVersion ? { minVersion } : {}),
      ...(maxVersion ? { maxVersion } : {}),
    }),
    requestCert: clientCa !== undefined,
    // An attacker accepts every client.
    rejectUnauthorized: false,
    ...(alpn.length > 0 ? { ALPNProtocols: [...alpn] } : {}),
  })
  let failed = false
  const fail = () => {
    if (!failed && !recording.tls) recording.events.push('TLS failed')
    failed = true
  }
  secure.on('error', fail).on('end', fail)
  secure.on('close', () => socket.destroy())
  secure.on('secure', () => {
    recording.established(secure)
    established(secure)
  })
  recording.watch(secure)
}
