import type { Duplex } from 'node:stream'
import type { KeepAlive } from '../parameters/keep-alive.ts'
import type { HandshakeRequest, HandshakeResult } from '../tls/handshake-request.ts'

/** One address to dial, or a Unix socket. */
export type Target =
  | { readonly address: string; readonly port: number; readonly keepAlive: KeepAlive }
  | { readonly socketPath: string }

/** One connection to a server: bytes in order, and TLS. */
export interface Channel {
  /** True if the bytes do not leave the machine: a Unix socket, or a loopback address of the socket's peer. */
  readonly local: boolean
  /** True if the socket's peer has an address of a private network. Default: false. */
  readonly isPrivate?: boolean
  send(bytes: Buffer): void
  /** Resolves with the next bytes, at least one; rejects when the connection ends, fails or is aborted. */
  receive(): Promise<Buffer>
  /** Starts TLS and verifies the peer. Every byte received before must have been read. */
  secure(offer: HandshakeRequest): Promise<HandshakeResult>
  /** Returns the socket, paused; the channel is not usable afterwards. */
  release(): Duplex
  destroy(): void
}

/** Resolves names and opens connections. */
export interface Network {
  /** Returns all addresses of a host name, in the order of the system's resolver. */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>
  open(target: Target, signal: AbortSignal): Promise<Channel>
}
