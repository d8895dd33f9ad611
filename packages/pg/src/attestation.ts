import type { Duplex } from 'node:stream'
import { type Attestation, wrongArgument } from '@verifull/core/adapter'
import type { ClientBase } from 'pg'

const attestations = new WeakMap<Duplex, Attestation>()

/** Remembers the attestation of the connection behind `stream`. */
export function attest(stream: Duplex, attestation: Attestation): void {
  attestations.set(stream, attestation)
}

/**
 * Returns the attestation of the connection of `client`: encryption, certificate and authentication, read from the
 * socket.
 *
 * Undefined for a client that is not connected, or was not connected by Verifull.
 *
 * @example
 * import pg from 'pg'
 * import { attestationOf, secureConfig } from '@verifull/pg'
 *
 * const pool = new pg.Pool(secureConfig())
 * const client = await pool.connect()
 * console.log(attestationOf(client)?.tls?.verification) // full
 * client.release()
 * await pool.end()
 */
export function attestationOf(client: ClientBase): Attestation | undefined {
  if (typeof client !== 'object' || client === null || !('query' in client) || 'totalCount' in client) {
    throw wrongArgument('attestationOf', 'client', 'must be a client of pg, as pool.connect() gives it')
  }
  const { connection } = client as ClientBase & { connection?: { stream?: Duplex } }
  return connection?.stream && attestations.get(connection.stream)
}
