import { verifiesNobody } from '../../system/process-facts.ts'
import { rule } from '../rule.ts'
import { REFUSE_ALWAYS, REFUSE_OUTSIDE_DEVELOPMENT } from '../severities.ts'

/** Rules about variables that change what Node and pg do. */
export const PROCESS = [
  rule({
    id: 'node-verification-off',
    needs: 'settings',
    severity: REFUSE_OUTSIDE_DEVELOPMENT,
    relaxable: false,
    why: 'the variable turns off verification for every TLS connection of the process, secret stores included',
    references: ['https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue'],
    check: ({ environment }) =>
      verifiesNobody(environment)
        ? [
            {
              what: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
              fix: 'unset it, and name the CA certificates that are missing (sslrootcert, NODE_EXTRA_CA_CERTS)',
            },
          ]
        : [],
  }),
  rule({
    id: 'native-driver',
    needs: 'settings',
    severity: REFUSE_ALWAYS,
    relaxable: false,
    why: 'pg-native ignores TLS settings and may connect unverified',
    references: ['https://node-postgres.com/features/native'],
    check: ({ environment }) =>
      environment.NODE_PG_FORCE_NATIVE === undefined
        ? []
        : [{ what: 'NODE_PG_FORCE_NATIVE, which loads pg-native', fix: 'unset it' }],
  }),
] as const
