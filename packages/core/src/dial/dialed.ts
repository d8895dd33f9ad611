import type { Duplex } from 'node:stream'
import type { Profile } from '../profile/profile.ts'
import type { SessionMessages } from '../wire/session-messages.ts'
import type { Attestation } from './attestation.ts'

/** An authenticated session, ready for queries, for a driver to adopt. */
export interface Dialed {
  /** The profile that the session was opened with. */
  readonly profile: Profile
  /** The socket, paused. */
  readonly socket: Duplex
  /** The bytes that the driver has to read first: AuthenticationOk, the parameters, the backend key, ReadyForQuery. */
  readonly replay: Buffer
  /** Filter for the replay and the socket: it passes on only messages that a session may contain. */
  readonly messages: SessionMessages
  readonly attestation: Attestation
  /** Stands for the server at its address: the same object in all sessions of the process to it. */
  readonly server: object
  /** Process and key for a cancel request; absent if the server sent none. */
  readonly backendKey?: { readonly processId: number; readonly secretKey: Buffer }
  /**
   * Aborts when the pool should replace the connection, with a {@link Retirement} that says why: the secret of this session has been
   * replaced, or the name of its server leads to other addresses.
   */
  readonly retired?: AbortSignal
}
