import { CredentialsError } from '../errors/credentials-error.ts'
import type { Merged } from '../merge/merge.ts'
import { secretIn } from './secret-in.ts'

/** The user of the settings; undefined where none is set. A file that names it is read anew each time. */
export function userOf({ values, userFile }: Pick<Merged, 'values' | 'userFile'>): string | undefined {
  return userFile ? secretIn(userFile).reveal() : values.user?.value
}

/** What is wrong where nothing says who logs in. */
export function noUser(further = ''): CredentialsError {
  const message = `no user is configured${further}; set user, DB_USER or PGUSER`
  return new CredentialsError('CREDENTIALS_MISSING', message, false)
}
