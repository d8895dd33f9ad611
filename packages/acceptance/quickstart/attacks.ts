import { secureConfig } from '@verifull/pg'
import type { HostileServer } from '@verifull/test-harness'
import type pg from 'pg'
import type { RunningServers } from './servers.ts'

/** A misconfiguration or an attack from practice. */
export interface Attack {
  readonly title: string
  /** Expected code of the error, or rule of the policy. */
  readonly refusedBy: string
  /** The listening attacker; absent where the mistake is in the settings. */
  readonly attacker?: HostileServer
  /** The application's settings with Verifull. */
  readonly secured: () => pg.PoolConfig
  /** The settings that applications with plain pg usually have: as text, and as pg takes them. */
  readonly usually: string
  readonly plain: pg.PoolConfig
}

/** The attacks in the order of presentation. */
export function attacksOn({ attackers, url, password, ca }: RunningServers): readonly Attack[] {
  const { forger, neighbour, downgrader } = attackers
  const plain = (port: number, ssl?: pg.PoolConfig['ssl']): pg.PoolConfig => {
    const there = new URL(url)
    there.port = String(port)
    // pg ignores a password option beside a URL.
    there.password = password
    return { connectionString: there.href, ...(ssl !== undefined && { ssl }) }
  }
  const port = Number(new URL(url).port)
  return [
    {
      title: 'A man in the middle, with a certificate of his own',
      refusedBy: 'TLS_ISSUER',
      attacker: forger,
      secured: () => secureConfig({ port: forger.port }),
      usually: 'ssl: { rejectUnauthorized: false }',
      plain: plain(forger.port, { rejectUnauthorized: false }),
    },
    {
      title: 'A wrong host name: the genuine certificate of another machine',
      refusedBy: 'TLS_NAME',
      attacker: neighbour,
      secured: () => secureConfig({ port: neighbour.port }),
      usually: 'ssl: { ca, checkServerIdentity: () => undefined }',
      plain: plain(neighbour.port, { ca, checkServerIdentity: () => undefined }),
    },
    {
      title: 'A downgrade: somebody on the way says that the server has no TLS',
      refusedBy: 'TLS_NOT_OFFERED',
      attacker: downgrader,
      secured: () => secureConfig({ port: downgrader.port }),
      usually: 'no ssl at all, which is the default',
      plain: plain(downgrader.port),
    },
    {
      title: 'An unverified mode, copied from an answer on the web',
      refusedBy: 'verification-off',
      secured: () => secureConfig({ ssl: { rejectUnauthorized: false } }),
      usually: 'ssl: { rejectUnauthorized: false }',
      plain: plain(port, { rejectUnauthorized: false }),
    },
    {
      title: 'Encryption switched off in the URL',
      refusedBy: 'plaintext-loopback',
      secured: () => secureConfig({ connectionString: `${url}?sslmode=disable` }),
      usually: '?sslmode=disable',
      plain: { connectionString: `${plain(port).connectionString}?sslmode=disable` },
    },
  ]
}
