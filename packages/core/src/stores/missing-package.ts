import { standIn } from '../credentials/foreign-error.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'

/** What to throw where an optional peer could not be imported. */
export function missingPackage(name: string, place: SecretPlace, error: unknown): CredentialsError {
  const message = `${place.store} needs the package ${name}, which could not be loaded; install it: npm install ${name}`
  return new CredentialsError('CREDENTIALS_PACKAGE', message, false, standIn(error), place)
}
