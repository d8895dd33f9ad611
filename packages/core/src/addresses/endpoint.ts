/** libpq's compiled-in default. */
export const DEFAULT_PORT = 5432

/** A server that is reached over TCP. */
export interface TcpEndpoint {
  readonly kind: 'tcp'
  /** Name that the certificate is checked for, sent as SNI and looked up in the password file. */
  readonly host: string
  readonly port: number
  /** Name or IP address that is dialed in place of `host` (libpq parameter `hostaddr`); undefined to dial `host`. */
  readonly address: string | undefined
  /** False if only `hostaddr` was given: `host` is then the address, and libpq refuses verify-full. */
  readonly isNamed: boolean
}

/** A server that is reached through a Unix-domain socket. */
export interface SocketEndpoint {
  readonly kind: 'socket'
  /** Folder of the socket; it begins with `@` for an abstract one. */
  readonly host: string
  /** Last part of the socket's file name. */
  readonly port: number
  /** Path of the socket; it begins with a NUL for an abstract one. */
  readonly path: string
}

/** A server that is named by the secret: no host is configured, and the credentials provider may know it. */
export interface SecretEndpoint {
  readonly kind: 'in-secret'
  /** Configured port, which is used whatever the secret says; undefined if none is configured. */
  readonly port: number | undefined
}

/** A server whose host is known. */
export type KnownEndpoint = TcpEndpoint | SocketEndpoint

/** One configured server. */
export type Endpoint = KnownEndpoint | SecretEndpoint

/** One address of a server, as it is dialed. */
export interface Address {
  readonly endpoint: KnownEndpoint
  /** IP address, or path of the Unix socket. */
  readonly address: string
}

/** The endpoint with the host and port that the secret names, by default localhost and 5432, as in libpq. */
export function locate(
  endpoint: Endpoint,
  secret: { readonly host?: string | undefined; readonly port?: number | undefined },
): KnownEndpoint {
  if (endpoint.kind !== 'in-secret') return endpoint
  const port = endpoint.port ?? (secret.port || DEFAULT_PORT)
  return { kind: 'tcp', host: secret.host ?? 'localhost', port, address: undefined, isNamed: true }
}

/** Host and port for messages; a host that only the secret names is called so, with a space, as no host has one. */
export function hostAndPort(endpoint: Endpoint): { readonly host: string; readonly port: number } {
  if (endpoint.kind === 'in-secret') return { host: 'host of the secret', port: endpoint.port ?? DEFAULT_PORT }
  const { host, port } = endpoint
  return { host, port }
}

/** `host:port` for messages. */
export function nameOf(endpoint: Endpoint): string {
  const { host, port } = hostAndPort(endpoint)
  return `${host}:${port}`
}

/** `host:port`, followed by the address in parentheses if that is another. */
export function placeOf({ host, port, address }: Place): string {
  return address === undefined || address === host ? `${host}:${port}` : `${host}:${port} (${address})`
}

interface Place {
  readonly host: string
  readonly port: number
  readonly address?: string | undefined
}
