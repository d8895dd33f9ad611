import { rule } from '../rule.ts'
import { severities } from '../severities.ts'

const FOR_THE_STRICT = severities({ strict: 'note' })

/** Rules about the certificates that are trusted. */
export const TRUST = [
  rule({
    id: 'roots-public',
    needs: 'settings',
    severity: FOR_THE_STRICT,
    relaxable: true,
    why: 'any public CA can issue a certificate for the name of the server, by mistake or under force',
    references: ['https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT'],
    check: ({ publicRoots }) =>
      publicRoots === undefined
        ? []
        : [
            {
              what: `trust in every CA of the operating system: ${publicRoots}`,
              fix: 'set sslrootcert (DB_SSL_CA) to the CA certificate of the server, where it has a CA of its own',
            },
          ],
  }),
  rule({
    id: 'revocation-unchecked',
    needs: 'settings',
    severity: FOR_THE_STRICT,
    relaxable: true,
    why: 'a certificate whose key was stolen counts until it expires',
    references: ['https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLCRL'],
    check: ({ ignoresRevocation }) =>
      ignoresRevocation
        ? [
            {
              what: 'verification of the server without a revocation list',
              fix: 'set sslcrl to the list that the CA publishes, or use certificates that live for days',
            },
          ]
        : [],
  }),
] as const
