import type { PasswordFacts, PolicyFacts } from '../../src/policy/facts.ts'

/** Settings that no policy objects to, with what a test changes. */
export function factsWith(changes: Partial<PolicyFacts>): PolicyFacts {
  return {
    sslmode: { value: 'verify-full', source: 'default' },
    remoteHosts: ['db.example:5432'],
    verificationOff: [],
    ownIdentityCheck: [],
    environment: {},
    password: passwordWith({}),
    certificates: [],
    ...changes,
  }
}

/** A password from a file, with what a test changes. */
export function passwordWith(changes: Partial<PasswordFacts>): PasswordFacts {
  return { source: 'DB_PASSWORD_FILE', inPlainSight: false, wellKnown: false, ...changes }
}
