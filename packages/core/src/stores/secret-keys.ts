import { ConfigurationError } from '../errors/configuration-error.ts'
import { nearest } from '../text/nearest.ts'
import { shown } from '../text/wording.ts'
import type { SecretKeys } from './secret-fields.ts'

const NAMES: readonly (keyof SecretKeys)[] = ['user', 'password', 'host', 'port', 'database']

/**
 * Reads `DB_SECRET_KEYS`: `user=login,password=pass`.
 *
 * @throws {@link ConfigurationError} where it is written otherwise.
 */
export function secretKeysIn(text: string): SecretKeys {
  const entries = text.split(',').map((entry) => {
    const [name = '', key = '', ...more] = entry.split('=').map((part) => part.trim())
    if (isName(name) && key !== '' && more.length === 0) return [name, key] as const
    const meant = nearest(name, NAMES)
    const fix = meant && meant !== name ? `did you mean ${meant}?` : `write ${EXAMPLE}, of ${NAMES.join(', ')}`
    throw new ConfigurationError([
      { parameter: 'DB_SECRET_KEYS', message: `invalid entry ${shown(entry)} in DB_SECRET_KEYS; ${fix}` },
    ])
  })
  return Object.fromEntries(entries)
}

const EXAMPLE = 'user=login,password=pass'

function isName(name: string): name is keyof SecretKeys {
  return (NAMES as readonly string[]).includes(name)
}
