import { describe, expect, test } from 'vitest'
import {
  type AttemptFailure,
  MAX_CREDENTIAL_RETRIES,
  MAX_TLS_RETRIES,
  type NextStep,
  nextStep,
  type Tried,
} from '../../src/dial/next-step.ts'
import { AuthenticationError } from '../../src/errors/authentication-error.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { PolicyError } from '../../src/errors/policy-error.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { type TlsCheck, TlsError } from '../../src/errors/tls-error.ts'
import type { Phase } from '../../src/events/phase.ts'
import type { Attempt } from '../../src/sslmode.ts'

const PLAIN: Attempt = { kind: 'plain' }
const TLS: Attempt = { kind: 'tls', verification: 'none' }

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
const reset = new ConnectError('ECONNRESET', 'the server closed the connection')
const garbage = new ConnectError('PROTOCOL', 'garbage')
const wrongRole = new ConnectError('WRONG_ROLE', 'server is a standby')
const tls = (code: TlsCheck) => new TlsError(code, 'no')
const server = (code: string) => new ServerError('no', code, {}, 0)
const blocked = new ServerError('(ECIRCUITBREAKER) too many authentication failures', 'XX000', {}, 0)
const alert = Object.assign(new Error('no'), { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' })
const exposed = new AuthenticationError('AUTH_EXPOSED', 'no')
const policy = new PolicyError([])

type Outcome = 'next-attempt' | 'next-attempt, same connection' | 'next-address' | 'next-host' | 'stop'

/** Each row: the phase, the failure, and the step with no attempt left, plaintext left, TLS left. */
const ROWS: readonly (readonly [phase: Phase, failure: Error, none: Outcome, plain: Outcome, tls: Outcome])[] = [
  ['credentials', refused, 'next-address', 'next-address', 'next-address'],
  ['credentials', policy, 'stop', 'stop', 'stop'],
  ['lookup', refused, 'next-address', 'next-address', 'next-address'],
  ['connect', refused, 'next-address', 'next-address', 'next-address'],
  ['connect', reset, 'next-address', 'next-address', 'next-address'],
  ['connect', policy, 'stop', 'stop', 'stop'],
  ['connect', new ConnectError('WRONG_PEER', 'no'), 'stop', 'stop', 'stop'],
  ['negotiation', tls('TLS_NOT_OFFERED'), 'stop', 'next-attempt, same connection', 'next-attempt, same connection'],
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
  ['authentication', blocked, 'stop', 'stop', 'stop'],
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

const NOTHING_TRIED: Tried = { remaining: [], credentialRetries: 0, tlsRetries: 0, mayRetry: true }

/** A failure of a TLS attempt, with changes. */
function failureOf(changes: Partial<AttemptFailure>): AttemptFailure {
  return { error: reset, phase: 'authentication', kind: 'tls', hasTicket: false, isLate: false, ...changes }
}

/** The step as written in the rows; the failed attempt is of the other kind than the next. */
function outcomeOf(
  error: unknown,
  phase: Phase,
  next: Attempt | undefined,
  changes: Partial<AttemptFailure> = {},
): string {
  const kind = next?.kind === 'tls' ? 'plain' : 'tls'
  const remaining = next ? [next] : []
  const step = nextStep(failureOf({ error, phase, kind, ...changes }), { ...NOTHING_TRIED, remaining, mayRetry: false })
  return step.kind === 'next-attempt' && step.reuseChannel ? 'next-attempt, same connection' : step.kind
}

describe('next step: nothing to retry with', () => {
  test.each(ROWS.map((row) => [row[0], String('code' in row[1] && row[1].code), row] as const))(
    'phase %s, %s → as libpq, or stricter',
    (_phase, _code, [phase, failure, none, plain, encrypted]) => {
      expect([undefined, PLAIN, TLS].map((next) => outcomeOf(failure, phase, next))).toEqual([none, plain, encrypted])
    },
  )

  test.each(ROWS.map((row) => [row[0], String('code' in row[1] && row[1].code), row] as const))(
    'phase %s, %s, the time for the address is over → next-address',
    (_phase, _code, [phase, failure]) => {
      expect([undefined, PLAIN, TLS].map((next) => outcomeOf(failure, phase, next, { isLate: true }))).toEqual(
        Array(3).fill('next-address'),
      )
    },
  )

  test('a mistake of ours, any phase → stop', () => {
    const phases: Phase[] = ['credentials', 'connect', 'negotiation', 'authentication', 'session']
    expect(phases.map((phase) => outcomeOf(new TypeError('oops'), phase, PLAIN))).toEqual(phases.map(() => 'stop'))
  })
})

type Retry = 'other-credentials' | 'other-tls-material' | 'none'

/** Each row: a failed attempt, the attempts at this address before it, and the retry. */
const RETRIES: readonly (readonly [name: string, failure: Partial<AttemptFailure>, tried: Partial<Tried>, Retry])[] = [
  ['a rejected login', { error: server('28P01'), hasTicket: true }, {}, 'other-credentials'],
  [
    'a rejected login in plaintext',
    { error: server('28P01'), hasTicket: true, kind: 'plain' },
    {},
    'other-credentials',
  ],
  ['a rejected role', { error: server('28000'), hasTicket: true, phase: 'session' }, {}, 'other-credentials'],
  [
    'a rejected login, one retry left',
    { error: server('28P01'), hasTicket: true },
    { credentialRetries: MAX_CREDENTIAL_RETRIES - 1 },
    'other-credentials',
  ],
  [
    'a rejected login, no retry left',
    { error: server('28P01'), hasTicket: true },
    { credentialRetries: MAX_CREDENTIAL_RETRIES },
    'none',
  ],
  ['a rejected login, no other credentials', { error: server('28P01'), hasTicket: true }, { mayRetry: false }, 'none'],
  ['a login that the gate did not admit', { error: server('28P01') }, {}, 'none'],
  ['a rejected login, too late', { error: server('28P01'), hasTicket: true, isLate: true }, {}, 'none'],
  ['an unknown issuer', { error: tls('TLS_ISSUER'), phase: 'handshake' }, {}, 'other-tls-material'],
  ['a revoked certificate', { error: tls('TLS_REVOKED'), phase: 'handshake' }, {}, 'other-tls-material'],
  ['a rejected client certificate', { error: tls('TLS_CLIENT_CERTIFICATE') }, {}, 'other-tls-material'],
  ['an alert about a certificate', { error: alert, phase: 'handshake' }, {}, 'other-tls-material'],
  [
    'an alert about a certificate as cause',
    { error: new TlsError('TLS_HANDSHAKE', 'no', alert), phase: 'handshake' },
    {},
    'other-tls-material',
  ],
  [
    'an unknown issuer, after a reload',
    { error: tls('TLS_ISSUER'), phase: 'handshake' },
    { tlsRetries: MAX_TLS_RETRIES },
    'none',
  ],
  [
    'an unknown issuer, no other material',
    { error: tls('TLS_ISSUER'), phase: 'handshake' },
    { mayRetry: false },
    'none',
  ],
  ['an unknown issuer, too late', { error: tls('TLS_ISSUER'), phase: 'handshake', isLate: true }, {}, 'none'],
  ['sslcertmode=require in plaintext', { error: tls('TLS_CLIENT_CERTIFICATE'), kind: 'plain' }, {}, 'none'],
  ['a certificate for another host', { error: tls('TLS_NAME'), phase: 'handshake' }, {}, 'none'],
  ['an expired certificate', { error: tls('TLS_EXPIRED'), phase: 'handshake' }, {}, 'none'],
  ['a closed connection', { error: reset }, {}, 'none'],
]

describe('next step: retries', () => {
  test.each(RETRIES)('%s', (_name, failure, tried, expected) => {
    const step = nextStep(failureOf(failure), { ...NOTHING_TRIED, ...tried })
    expect(step.kind === 'retry' ? step.with : 'none').toBe(expected)
  })
})

/** Each row: a failed attempt, and true if no plaintext attempt may follow at the address. */
const TLS_ONLY: readonly (readonly [name: string, failure: Partial<AttemptFailure>, tlsOnly: boolean])[] = [
  ['a password rejected over TLS', { error: server('28P01') }, true],
  ['a password rejected by PgBouncer over TLS', { error: new ServerError('auth failed', '08P01', {}, 0) }, true],
  ['a password rejected in plaintext', { error: server('28P01'), kind: 'plain' }, false],
  ['a user rejected over TLS, whatever the password', { error: server('28000') }, false],
  ['a server that is full', { error: server('53300') }, false],
]

describe('next step: plaintext after TLS', () => {
  test.each(TLS_ONLY)('%s → only TLS may follow: %s', (_name, failure, tlsOnly) => {
    const tried = { ...NOTHING_TRIED, remaining: [PLAIN, TLS] }
    const steps: NextStep[] = [
      nextStep(failureOf({ ...failure, hasTicket: true }), tried),
      nextStep(failureOf(failure), tried),
    ]
    expect(steps).toEqual([
      { kind: 'retry', with: 'other-credentials', tlsOnly },
      { kind: 'next-attempt', reuseChannel: false, tlsOnly },
    ])
  })
})
