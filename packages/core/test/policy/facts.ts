import type { Facts, PasswordFacts, SettingsFacts } from '../../src/policy/facts.ts'

/** Settings that no policy objects to, with what a test changes. */
export function factsWith({ settings, ...changes }: Changes): Facts {
  return { settings: settingsWith(settings ?? {}), password: passwordWith({}), certificates: [], ...changes }
}

/** Facts of a test, of which the settings are only those that it changes. */
export interface Changes extends Partial<Omit<Facts, 'settings'>> {
  readonly settings?: Partial<SettingsFacts>
}

function settingsWith(changes: Partial<SettingsFacts>): SettingsFacts {
  return {
    sslmode: { value: 'verify-full', source: 'default' },
    remoteHosts: ['db.example:5432'],
    verificationOff: [],
    ownIdentityCheck: [],
    environment: {},
    ...changes,
  }
}

/** A password from a file, with what a test changes. */
export function passwordWith(changes: Partial<PasswordFacts>): PasswordFacts {
  return { source: 'DB_PASSWORD_FILE', inPlainSight: false, wellKnown: false, ...changes }
}
