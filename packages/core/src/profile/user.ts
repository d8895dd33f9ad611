import { CredentialsError } from '../errors/credentials-error.ts'
import type { Merged } from '../merge/merge.ts'
import { secretIn } from './secret-in.ts'

/** Returns the user of the settings, read again if a file names it; undefined if none is set. */
export function userOf({ values, userFile }: Pick<Merged, 'values' | 'userFile'>): string | undefined {
  return userFile ? secretIn(userFile).reveal() : values.user?.value
}

/** The error if no user is configured; `further` is added to its first clause. */
export function noUser(further = ''): CredentialsError {
  const message = `no user is configured${further}; set user, DB_USER or PGUSER`
  return new CredentialsError('CREDENTIALS_MISSING', message, false)
}
