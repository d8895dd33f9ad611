import { describe, expect, test } from 'vitest'
import { type Move, moveAfter } from '../../src/dial/move.ts'
import type { Phase } from '../../src/dial/negotiate.ts'
import { AuthenticationError } from '../../src/errors/authentication-error.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { PolicyError } from '../../src/errors/policy-error.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { type TlsCheck, TlsError } from '../../src/errors/tls-error.ts'
import type { Attempt } from '../../src/sslmode.ts'

const PLAIN: Attempt = { kind: 'plain' }
const TLS: Attempt = { kind: 'tls', verification: 'none' }

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
const reset = new ConnectError('ECONNRESET', 'the server closed the connection')
const garbage = new ConnectError('PROTOCOL', 'garbage')
const wrongRole = new ConnectError('WRONG_ROLE', 'server is a standby')
const tls = (code: TlsCheck) => new TlsError(code, 'no')
const server = (code: string) => new ServerError('no', code, {}, 0)
const exposed = new AuthenticationError('AUTH_EXPOSED', 'no')
const policy = new PolicyError([])

/** Each row: the phase, what failed, and what follows where the mode has nothing left, plaintext left, TLS left. */
const ROWS: readonly (readonly [phase: Phase, failure: Error, none: Move, plain: Move, tls: Move])[] = [
  ['connect', refused, 'next-address', 'next-address', 'next-address'],
  ['connect', reset, 'next-address', 'next-address', 'next-address'],
  ['connect', policy, 'stop', 'stop', 'stop'],
  ['connect', new ConnectError('WRONG_PEER', 'no'), 'stop', 'stop', 'stop'],
  ['negotiation', tls('TLS_NOT_OFFERED'), 'stop', 'next-attempt-here', 'next-attempt-here'],
  ['negotiation', tls('TLS_INJECTION'), 'stop', 'stop', 'stop'],
  ['negotiation', garbage, 'stop', 'stop', 'stop'],
  ['negotiation', reset, 'stop', 'stop', 'stop'],
  ['handshake', tls('TLS_HANDSHAKE'), 'stop', 'next-attempt', 'next-attempt'],
  ['handshake', reset, 'stop', 'next-attempt', 'next-attempt'],
  ['handshake', tls('TLS_ISSUER'), 'stop', 'stop', 'stop'],
  ['handshake', tls('TLS_NAME'), 'stop', 'stop', 'stop'],
  ['handshake', tls('TLS_EXPIRED'), 'stop', 'stop', 'stop'],
  ['handshake', tls('TLS_REVOKED'), 'stop', 'stop', 'stop'],
  ['handshake', tls('TLS_WEAK'), 'stop', 'stop', 'stop'],
  ['handshake', tls('TLS_INJECTION'), 'stop', 'stop', 'stop'],
  ['authentication', server('28P01'), 'stop', 'stop', 'next-attempt'],
  ['authentication', server('28000'), 'stop', 'next-attempt', 'next-attempt'],
  ['authentication', server('53300'), 'stop', 'next-attempt', 'next-attempt'],
  ['authentication', server('57P03'), 'next-host', 'next-host', 'next-host'],
  ['authentication', exposed, 'stop', 'stop', 'stop'],
  ['authentication', garbage, 'stop', 'stop', 'stop'],
  ['authentication', reset, 'stop', 'stop', 'stop'],
  ['authentication', tls('TLS_CLIENT_CERTIFICATE'), 'stop', 'stop', 'stop'],
  ['session', wrongRole, 'next-host', 'next-host', 'next-host'],
  ['session', server('3D000'), 'stop', 'stop', 'stop'],
  ['session', server('57P03'), 'stop', 'stop', 'stop'],
  ['session', reset, 'stop', 'stop', 'stop'],
  ['session', garbage, 'stop', 'stop', 'stop'],
]

describe('what may follow a failure', () => {
  test.each(ROWS.map((row) => [row[0], String('code' in row[1] && row[1].code), row] as const))(
    'in the phase %s, %s',
    (_phase, _code, [phase, failure, none, plain, encrypted]) => {
      expect([undefined, PLAIN, TLS].map((next) => moveAfter(failure, phase, next))).toEqual([none, plain, encrypted])
    },
  )

  test('a mistake of ours ends the search in every phase', () => {
    const phases: Phase[] = ['connect', 'negotiation', 'authentication', 'session']
    expect(phases.map((phase) => moveAfter(new TypeError('oops'), phase, PLAIN))).toEqual(phases.map(() => 'stop'))
  })
})
