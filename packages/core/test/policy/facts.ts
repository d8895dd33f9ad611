import type { Facts, PasswordFacts, SettingsFacts } from '../../src/policy/facts.ts'

/** Facts without a finding, with changes. */
export function factsWith({ settings, ...changes }: Changes): Facts {
  return { settings: settingsWith(settings ?? {}), password: passwordWith({}), certificates: [], ...changes }
}

/** Changed facts; of the settings only the changed ones. */
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

/** Facts of a password from a file, with changes. */
export function passwordWith(changes: Partial<PasswordFacts>): PasswordFacts {
  return { source: 'DB_PASSWORD_FILE', inPlainSight: false, wellKnown: false, ...changes }
}
