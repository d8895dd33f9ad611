import type { ChannelName, Channels } from '../../src/events/channels.ts'

const endpoint = { host: 'db.example', port: 5432 }
const error = { name: 'CredentialsError', code: 'CREDENTIALS_DENIED', message: 'access denied\nby the store' }
const secret = { source: 'settings.secrets', endpoint: undefined }
const pool = {
  pool: 'db.example:5432/orders',
  source: 'pg',
  endpoint,
  counts: { total: 10, idle: 0, active: 10, waiting: 3, max: 10 },
}
const version = {
  version: 2,
  roots: { kind: 'file', source: 'DB_SSL_CA' },
  clientCertificate: undefined,
  crl: undefined,
} as const
const finding = {
  rule: 'plaintext-remote',
  severity: 'warn',
  what: 'sslmode=disable',
  fix: 'use sslmode=verify-full',
  message: 'sslmode=disable (rule plaintext-remote); use sslmode=verify-full',
} as const

/** Each kind of event once, with the level and the text of its line in a log. */
export const EVERY_EVENT: { [Name in ChannelName]: [event: Channels[Name], level: string, text: string][] } = {
  'verifull:credentials': [
    [
      { ...secret, kind: 'fetched', version: '7', expiresAt: new Date(0) },
      'info',
      'secret fetched from settings.secrets, version 7, good until 1970-01-01T00:00:00.000Z',
    ],
    [
      { ...secret, kind: 'fetched', version: undefined, expiresAt: undefined },
      'info',
      'secret fetched from settings.secrets',
    ],
    [
      { ...secret, kind: 'stale', version: '7', ageMs: 1500, error: undefined },
      'warn',
      'secret of settings.secrets is used 1.5 s past its time: no answer so far',
    ],
    [
      { ...secret, kind: 'failed', error },
      'warn',
      'no secret from settings.secrets: access denied\\x0aby the store (CREDENTIALS_DENIED)',
    ],
    [
      { ...secret, endpoint, kind: 'refused', version: '7', code: '28P01' },
      'warn',
      'db.example:5432 rejected the login with the secret of settings.secrets (28P01)',
    ],
  ],
  'verifull:endpoint': [
    [
      {
        endpoint,
        kind: 'breaker',
        status: 'open',
        failure: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 10.0.0.7:5432' },
      },
      'warn',
      'db.example:5432 is not usable at this moment: connect ECONNREFUSED 10.0.0.7:5432',
    ],
    [{ endpoint, kind: 'breaker', status: 'closed', failure: undefined }, 'info', 'db.example:5432 answers again'],
    [
      {
        endpoint,
        kind: 'role',
        role: { isStandby: true, isReadOnly: true },
        before: { isStandby: false, isReadOnly: false },
      },
      'warn',
      'db.example:5432 is a standby now',
    ],
    [
      { endpoint, kind: 'addresses', addresses: ['10.0.0.2'], left: ['10.0.0.1'] },
      'info',
      'db.example:5432 leads to 10.0.0.2; sessions to 10.0.0.1 end',
    ],
  ],
  'verifull:policy': [
    [
      { kind: 'policy', name: 'production', source: 'default', allow: { 'plaintext-loopback': 'a proxy' }, rules: [] },
      'info',
      'policy production (from default), with plaintext-loopback allowed',
    ],
    [{ kind: 'finding', ...finding }, 'warn', finding.message],
    [{ kind: 'finding', ...finding, severity: 'note' }, 'info', finding.message],
  ],
  'verifull:pool': [
    [
      { ...pool, kind: 'opened', connectMs: 12 },
      'debug',
      'pool db.example:5432/orders opened a session to db.example:5432 in 12 ms',
    ],
    [
      { ...pool, kind: 'retired', reason: 'idle', sqlState: undefined, ageMs: 60_000 },
      'debug',
      'pool db.example:5432/orders gave up a session to db.example:5432 after 60.0 s: idle',
    ],
    [
      { ...pool, kind: 'retired', reason: 'unfit', sqlState: '57P01', ageMs: 60_000 },
      'info',
      'pool db.example:5432/orders gave up a session to db.example:5432 after 60.0 s: unfit, 57P01',
    ],
    [
      { ...pool, kind: 'saturated' },
      'warn',
      'pool db.example:5432/orders is nearly exhausted: 10 of 10 lent, 3 waiting',
    ],
    [
      { ...pool, kind: 'exhausted', waitedMs: 2000, checkouts: [{ ageMs: 60_000, state: 'running' }] },
      'error',
      'pool db.example:5432/orders lent nothing within 2.0 s: 10 of 10 lent, 3 waiting',
    ],
    [
      { ...pool, kind: 'queue-full', limit: 3 },
      'error',
      'pool db.example:5432/orders refuses a checkout, as 3 wait already: 10 of 10 lent, 3 waiting',
    ],
    [
      { ...pool, kind: 'leak', checkout: { ageMs: 60_000, state: 'idle in transaction', stack: 'at orders.ts:7' } },
      'warn',
      'pool db.example:5432/orders lent a session 60.0 s ago, and it is idle in transaction; the event has the stack',
    ],
    [{ ...pool, kind: 'drained', waitedMs: 100, cutOff: 0 }, 'info', 'pool db.example:5432/orders was closed in 0.1 s'],
    [
      { ...pool, kind: 'drained', waitedMs: 5000, cutOff: 2 },
      'warn',
      'pool db.example:5432/orders was closed in 5.0 s; 2 sessions were cut off',
    ],
  ],
  'verifull:tls': [
    [{ kind: 'reloaded', version }, 'info', 'new TLS material is in use: load 2, roots from DB_SSL_CA'],
    [
      {
        kind: 'reload-failed',
        version,
        problems: [{ parameter: 'sslrootcert', severity: 'refuse', message: 'no certificate in it' }],
      },
      'error',
      'new TLS material is not used: no certificate in it',
    ],
    [{ kind: 'findings', version, findings: [finding] }, 'warn', finding.message],
  ],
}
