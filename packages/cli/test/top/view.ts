import type { View } from '../../src/top/ask.ts'

type Stats = View['stats']

const AT = '2026-11-28T12:00:00.000Z'
const DAY_MS = 86_400_000

function pool(
  name: string,
  active: number,
  waiting: number,
  totals: Partial<Stats['pools'][number]['totals']>,
): Stats['pools'][number] {
  const counts = { total: 10, idle: 10 - active, active, waiting, max: 10 }
  const none = { checkouts: 1000, opened: 12, retired: {}, timeouts: 0, refused: 0, leaks: 0 }
  const place = { endpoint: { host: 'db.example', port: 5432 }, database: 'orders', role: undefined }
  const ages = { oldestCheckoutMs: active > 0 ? 7300 : 0, oldestRunningMs: active === 10 ? 6200 : 0 }
  return {
    name,
    source: 'pg',
    ...place,
    min: 0,
    counts,
    connecting: 0,
    ...ages,
    totals: { ...none, ...totals },
  }
}

function server(host: string, changed: Partial<Stats['endpoints'][number]>): Stats['endpoints'][number] {
  return {
    ...{ host, port: 5432, address: '10.0.0.7', breaker: 'closed', failure: undefined },
    ...{ isStandby: false, isReadOnly: false, lagMs: undefined, sessions: 10, plaintextSessions: 0, connectedAt: AT },
    tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', group: 'X25519MLKEM768', verification: 'full' },
    ...{ authentication: 'scram-sha-256', channelBound: true, serverVersion: '18.4' },
    ...changed,
  }
}

function secret(source: string, changed: Partial<Stats['credentials'][number]>): Stats['credentials'][number] {
  const fresh = { version: 'v7', generation: 3, fetchedAt: AT, ageMs: 61_000, isStale: false }
  return { source, endpoint: undefined, expiresAt: undefined, failure: undefined, ...fresh, ...changed }
}

function certificate(of: 'server' | 'client' | 'ca', subject: string, daysLeft: number): Stats['certificates'][number] {
  const validTo = new Date(Date.parse(AT) + daysLeft * DAY_MS).toISOString()
  const names = { subject, issuer: 'CN=Orders CA', fingerprint256: 'AA:BB', source: 'db.example:5432' }
  return { of, ...names, validFrom: AT, validTo, daysLeft, isExpiring: daysLeft <= 30 }
}

/** A view with every state that the tables show. */
export const VIEW: View = {
  version: 1,
  process: { pid: 4711, name: 'orders', startedAt: '2026-11-28T09:57:00.000Z' },
  stats: {
    at: AT,
    pools: [
      pool('db.example:5432/orders', 10, 5, { timeouts: 2, leaks: 1 }),
      pool('a-rather-long-name-of-a-database-server.eu-central-1.rds.amazonaws.com:5432/orders', 3, 0, {}),
      pool('数据库.example:5432/订单 #2', 9, 0, {}),
    ],
    endpoints: [
      server('db.example', {}),
      server('db-2.example', { breaker: 'open', failure: 'ECONNREFUSED', sessions: 0, isStandby: true }),
      server('db-3.example', { breaker: 'half-open', failure: '57P03', isStandby: true, lagMs: 1200 }),
      server('old.example', { tls: undefined, sessions: 4, plaintextSessions: 4, isReadOnly: true }),
      server('new.example', {
        ...{ connectedAt: undefined, tls: undefined, sessions: 0, isStandby: undefined, serverVersion: undefined },
        ...{ authentication: undefined, channelBound: undefined },
      }),
    ],
    credentials: [
      secret('SECRETS_BACKEND=vault', { expiresAt: '2026-11-28T13:00:00.000Z' }),
      secret('DB_PASSWORD_FILE', {
        isStale: true,
        failure: { name: 'CredentialsError', code: 'CREDENTIALS', message: 'the file is gone' },
      }),
      secret('settings.password', { fetchedAt: undefined, ageMs: undefined, generation: 0, version: undefined }),
    ],
    certificates: [
      certificate('server', 'CN=db.example', 200),
      certificate('client', 'CN=app', 3.5),
      certificate('ca', 'CN=Orders CA', -1),
    ],
  },
  events: [
    { at: AT, level: 'info', text: 'secret fetched from SECRETS_BACKEND=vault, version v7' },
    {
      at: AT,
      level: 'warn',
      text: 'db-2.example:5432 is not usable at this moment: connect ECONNREFUSED 10.0.0.7:5432',
    },
    { at: AT, level: 'error', text: 'pool db.example:5432/orders lent nothing within 5 s: 10 of 10 lent, 5 waiting' },
  ],
}
