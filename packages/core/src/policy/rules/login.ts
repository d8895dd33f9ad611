import { rule } from '../rule.ts'
import { severities } from '../severities.ts'

const METHODS = 'https://www.postgresql.org/docs/current/auth-methods.html'

/** Rules about the way a session was authenticated. */
export const LOGIN = [
  rule({
    id: 'login-without-proof',
    needs: 'session',
    severity: severities({ development: 'note', staging: 'warn', strict: 'refuse' }),
    relaxable: true,
    why: 'anyone who reaches the server can log in as this role',
    references: ['https://www.postgresql.org/docs/current/auth-trust.html'],
    check: ({ authentication, tls, isSocket, peer }) =>
      authentication.method === 'none' && !isSocket && !tls?.clientCertificate
        ? [
            {
              what: `a login at ${peer} without a password and without a client certificate`,
              fix: 'replace trust by scram-sha-256 in pg_hba.conf, and set require_auth=scram-sha-256',
            },
          ]
        : [],
  }),
  rule({
    id: 'login-md5',
    needs: 'session',
    severity: severities({ development: 'warn', strict: 'refuse' }),
    relaxable: true,
    why: 'an md5 password can be used as it is stored, and PostgreSQL will remove the method',
    references: ['https://www.postgresql.org/docs/current/auth-password.html'],
    check: ({ authentication, peer }) =>
      authentication.method === 'md5'
        ? [
            {
              what: `a login at ${peer} by md5`,
              fix: "set password_encryption = 'scram-sha-256' on the server, set the role's password again, and write scram-sha-256 in pg_hba.conf",
            },
          ]
        : [],
  }),
  rule({
    id: 'login-cleartext',
    needs: 'session',
    severity: severities({ staging: 'note' }),
    relaxable: true,
    why: 'the server, and whatever ends TLS for it, reads the password itself; tokens, LDAP and PAM need that',
    references: ['https://www.postgresql.org/docs/current/auth-password.html'],
    check: ({ authentication, peer }) =>
      authentication.method === 'password'
        ? [
            {
              what: `a login at ${peer} with the password in cleartext`,
              fix: 'use scram-sha-256 in pg_hba.conf, unless the password is a token that expires',
            },
          ]
        : [],
  }),
  rule({
    id: 'channel-unbound',
    needs: 'session',
    severity: severities({ staging: 'note' }),
    relaxable: true,
    why: 'a proxy that has a certificate of a trusted CA is not noticed in the path',
    references: [METHODS, 'https://www.rfc-editor.org/rfc/rfc5929#section-4'],
    check: ({ authentication, tls, peer }) =>
      tls && authentication.method === 'scram-sha-256' && !authentication.channelBound
        ? [
            {
              what: `a login at ${peer} that is not bound to its TLS connection`,
              fix: 'set channel_binding=require where the server itself ends TLS; a pooler that ends it cannot be bound to',
            },
          ]
        : [],
  }),
  rule({
    id: 'login-warning',
    needs: 'session',
    severity: severities({ development: 'warn' }),
    relaxable: true,
    why: 'the server warns of a password that expires or of md5 at the login only, where drivers do not show it',
    references: ['https://www.postgresql.org/docs/current/protocol-error-fields.html'],
    check: ({ notices, peer }) =>
      notices
        .filter(({ code }) => code.startsWith('01'))
        .map(({ message, hint }) => ({
          what: `a warning of ${peer} at the login: ${message}`,
          fix: hint ?? 'do what the server says, and set another password if it is about one',
        })),
  }),
] as const
