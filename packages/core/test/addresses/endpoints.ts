import type { SocketEndpoint, TcpEndpoint } from '../../src/addresses/endpoint.ts'

/** A server over TCP, dialed at `address` if that is given. */
export function tcp(host: string, port = 5432, address?: string): TcpEndpoint {
  return { kind: 'tcp', host, port, address, isNamed: true }
}

/** A server behind the Unix socket at `path`. */
export function socket(host: string, port: number, path: string): SocketEndpoint {
  return { kind: 'socket', host, port, path }
}
