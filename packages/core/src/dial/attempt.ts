import type { WantedRole } from '../endpoints/endpoint-state.ts'
import type { LoginTicket } from '../rotation/login-ticket.ts'
import type { PeerCertificate } from '../tls/peer-certificate.ts'
import type { SessionMessages } from '../wire/session-messages.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Attestation } from './attestation.ts'
import type { Channel } from './channel.ts'
import type { TlsTarget } from './secure-channel.ts'
import type { SessionStart } from './session.ts'

/** Everything that one attempt needs, beside the kind of connection. */
export interface AttemptPlan extends TlsTarget {
  /** The user of the credentials that were fetched before the socket was opened. */
  readonly user: string
  /** The key of the login, by `loginOf()`. */
  readonly login: string
  /** Ends the attempt. */
  readonly signal: AbortSignal
  readonly role: WantedRole
  /** Run-time parameters of the driver. */
  readonly startup: Readonly<Record<string, string>>
  readonly log: AttemptLog
}

/** A session that is ready for queries, still in its channel. */
export interface OpenSession {
  readonly channel: Channel
  /** {@link Dialed.replay} */
  readonly replay: Buffer
  /** {@link Dialed.messages} */
  readonly messages: SessionMessages
  readonly start: SessionStart
  readonly attestation: Omit<Attestation, 'failedAttempts'>
  /** Undefined for plaintext. */
  readonly peer: PeerCertificate | undefined
  /** {@link Dialed.retired} */
  readonly retired: AbortSignal | undefined
}

/** A failed attempt; its phase is in the log. */
export interface Failed {
  readonly ok: false
  readonly error: unknown
  /** The connection, to be reused or destroyed; undefined if none is open. */
  readonly channel: Channel | undefined
  /** The ticket, if the server rejected its credentials; undefined after another failure. */
  readonly ticket: LoginTicket | undefined
}

/** Result of one attempt. */
export type Outcome = ({ readonly ok: true } & OpenSession) | Failed
