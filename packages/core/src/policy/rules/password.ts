import { rule } from '../rule.ts'
import { severities } from '../severities.ts'

/** Rules about passwords: at the start, and each time one is fetched from a store. */
export const PASSWORD = [
  rule({
    id: 'password-dotenv',
    needs: 'password',
    severity: severities({ staging: 'refuse' }),
    relaxable: true,
    why: '.env files end up in images, backups and repositories',
    references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
    check: ({ source, dotenvFile }) =>
      dotenvFile === undefined
        ? []
        : [
            {
              what: `the password (from ${source}), which is in the file ${dotenvFile}`,
              fix: 'use DB_PASSWORD_FILE or a secret store',
            },
          ],
  }),
  rule({
    id: 'password-well-known',
    needs: 'password',
    severity: severities({ staging: 'refuse' }),
    relaxable: true,
    why: 'it is the first thing an attacker tries',
    references: ['https://cwe.mitre.org/data/definitions/1392.html'],
    check: ({ source, wellKnown }) =>
      wellKnown
        ? [{ what: `a well-known default password (from ${source})`, fix: 'set a random one of 24 characters or more' }]
        : [],
  }),
  rule({
    id: 'password-in-plain-sight',
    needs: 'password',
    severity: severities({ staging: 'warn', strict: 'refuse' }),
    relaxable: true,
    why: 'variables, URLs and options are seen by child processes, crash reports and logs',
    references: ['https://cwe.mitre.org/data/definitions/526.html'],
    check: ({ source, inPlainSight }) =>
      inPlainSight
        ? [
            {
              what: `a password in plain sight (from ${source})`,
              fix: 'use DB_PASSWORD_FILE, a passfile or a secret store',
            },
          ]
        : [],
  }),
] as const
