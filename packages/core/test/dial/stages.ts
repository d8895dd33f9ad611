import type { HostileConnection } from '@verifull/test-harness/fixtures'
import type { Phase } from '../../src/events/phase.ts'
import { authenticationOk } from '../wire/backend-messages.ts'

/** A point at which a server falls silent. */
export interface Stage {
  readonly name: string
  readonly script: HostileConnection
  /** The client's last event before that point. */
  readonly reached: RegExp
  readonly phase: Phase
  readonly tls: boolean
}

/** Every point of session establishment at which a server can keep the client waiting. */
export const STAGES: readonly Stage[] = [
  {
    name: 'the request for TLS',
    script: { ssl: 'silence' },
    reached: /^SSLRequest/,
    phase: 'negotiation',
    tls: true,
  },
  {
    name: 'the TLS handshake',
    script: { ssl: 'S', tls: 'silence' },
    reached: /^ClientHello/,
    phase: 'handshake',
    tls: true,
  },
  {
    name: 'the startup message',
    script: { answers: ['silence'] },
    reached: /^StartupMessage/,
    phase: 'authentication',
    tls: false,
  },
  {
    name: 'the password',
    script: { answers: ['cleartext', 'silence'] },
    reached: /^PasswordMessage/,
    phase: 'authentication',
    tls: false,
  },
  {
    name: 'the first message of SCRAM',
    script: { answers: [{ sasl: ['SCRAM-SHA-256'] }, 'silence'] },
    reached: /^SASLInitialResponse/,
    phase: 'authentication',
    tls: false,
  },
  {
    name: 'half a message',
    script: { answers: [{ bytes: Buffer.from([0x52, 0, 0]) }] },
    reached: /^StartupMessage/,
    phase: 'authentication',
    tls: false,
  },
  {
    name: 'AuthenticationOk',
    script: { answers: [{ bytes: authenticationOk }] },
    reached: /^StartupMessage/,
    phase: 'session',
    tls: false,
  },
]
