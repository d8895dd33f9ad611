import type { Duplex } from 'node:stream'
import type { KeepAlive } from '../parameters/keep-alive.ts'
import type { HandshakeRequest, HandshakeResult } from '../tls/handshake-request.ts'

/** Where to dial: one address of one host, or a Unix socket. */
export type Target =
  | { readonly address: string; readonly port: number; readonly keepAlive: KeepAlive }
  | { readonly socketPath: string }

/** One connection to a server, bytes in order; the attempt knows nothing below it. */
export interface Channel {
  /** True where the bytes do not leave the machine: a Unix socket, or loopback as the socket itself says. */
  readonly local: boolean
  /** True where the socket's peer has an address of a private network; absent is false. */
  readonly isPrivate?: boolean
  send(bytes: Buffer): void
  /** The bytes that arrived, at least one; rejects when the connection ends, fails or is aborted. */
  receive(): Promise<Buffer>
  /** Makes the connection a TLS one and verifies the peer. Nothing unread may be left. */
  secure(offer: HandshakeRequest): Promise<HandshakeResult>
  /** Hands the socket over, paused, and lets go of it. */
  release(): Duplex
  destroy(): void
}

/** Opens channels: the network, or what a test puts in its place. */
export interface Network {
  /** All addresses of a host name, in the order of the system's resolver. */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>
  open(target: Target, signal: AbortSignal): Promise<Channel>
}
