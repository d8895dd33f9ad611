import { rule } from '../rule.ts'
import { REFUSE_OUTSIDE_DEVELOPMENT, severities } from '../severities.ts'
import { named } from './named.ts'

const VERIFICATION = 'https://www.postgresql.org/docs/current/libpq-ssl.html#LIBQ-SSL-CERTIFICATES'

/** Rules about the verification of the server's certificate. */
export const SERVER_VERIFICATION = [
  rule({
    id: 'verification-off',
    needs: 'settings',
    severity: REFUSE_OUTSIDE_DEVELOPMENT,
    relaxable: false,
    why: 'without verification any server that answers gets the password and the data',
    references: [VERIFICATION, 'https://nodejs.org/api/tls.html#tlsconnectoptions-callback'],
    check: ({ verificationOff }) =>
      verificationOff.map((source) => ({
        what: `${source}, which turns off the verification of the server`,
        fix: 'remove it, and set sslrootcert (DB_SSL_CA) to the CA certificate of the server',
      })),
  }),
  rule({
    id: 'identity-check-replaced',
    needs: 'settings',
    severity: REFUSE_OUTSIDE_DEVELOPMENT,
    relaxable: false,
    why: 'a function that always agrees is the commonest way to turn verification off',
    references: ['https://nodejs.org/api/tls.html#tlscheckserveridentityhostname-cert'],
    check: ({ ownIdentityCheck }) =>
      ownIdentityCheck.map((source) => ({
        what: `${source}, which replaces the check of the server's name and is not used`,
        fix: 'remove it; for a tunnel or an alias set host to the name in the certificate and hostaddr to the address',
      })),
  }),
  rule({
    id: 'unverified',
    needs: 'settings',
    severity: severities({ development: 'warn', test: 'off' }),
    relaxable: true,
    why: 'an attacker in the middle can end TLS and read everything',
    references: [VERIFICATION],
    check: ({ sslmode }) =>
      sslmode.value === 'verify-full' || sslmode.value === 'disable'
        ? []
        : [{ what: `${named(sslmode)} does not verify who the server is`, fix: 'use sslmode=verify-full' }],
  }),
] as const
