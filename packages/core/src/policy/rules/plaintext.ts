import type { SettingsFacts } from '../facts.ts'
import { rule } from '../rule.ts'
import { REFUSE_OUTSIDE_DEVELOPMENT, severities } from '../severities.ts'
import { named } from './named.ts'

const SSLMODES = 'https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION'

/** Rules about connections without TLS. */
export const PLAINTEXT = [
  rule({
    id: 'plaintext-remote',
    needs: 'settings',
    severity: REFUSE_OUTSIDE_DEVELOPMENT,
    relaxable: false,
    why: 'anyone on the network can read and change what is sent in plaintext',
    references: [SSLMODES],
    check: ({ sslmode, remoteHosts }) =>
      allowsPlaintext(sslmode) && remoteHosts.length > 0
        ? [
            {
              what: `${named(sslmode)} for ${remoteHosts.join(', ')}`,
              fix: 'use sslmode=verify-full; plaintext never leaves this machine',
            },
          ]
        : [],
  }),
  rule({
    id: 'plaintext-loopback',
    needs: 'settings',
    severity: severities({ staging: 'refuse' }),
    relaxable: true,
    why: 'another user or container of this machine can take the port and read the password',
    references: [SSLMODES],
    check: ({ sslmode, remoteHosts }) =>
      allowsPlaintext(sslmode) && remoteHosts.length === 0
        ? [
            {
              what: named(sslmode),
              fix: 'use verify-full, or allow plaintext-loopback with a reason for a local proxy',
            },
          ]
        : [],
  }),
  rule({
    id: 'socket-shared',
    needs: 'settings',
    severity: severities({ staging: 'warn', strict: 'refuse' }),
    relaxable: true,
    why: 'another user of this machine can make the socket first, and is sent a cleartext or md5 password',
    references: ['https://www.postgresql.org/docs/current/preventing-server-spoofing.html'],
    check: ({ sharedSockets = [] }) =>
      sharedSockets.map((path) => ({
        what: `the Unix socket ${path}, which any user of this machine may have made`,
        fix: 'set requirepeer to the user that runs the server, use a folder where only the server may write, or set require_auth=scram-sha-256',
      })),
  }),
] as const

function allowsPlaintext({ value }: SettingsFacts['sslmode']): boolean {
  return value === 'disable' || value === 'allow' || value === 'prefer'
}
