import { standIn } from '../credentials/foreign-error.ts'
import { CredentialsError, type SecretLocation } from '../errors/credentials-error.ts'

/**
 * Makes the error for an optional package that could not be imported.
 *
 * Each import is in a `try` of its own, with the name written in place: only then do bundlers (esbuild, webpack) accept
 * a missing package as optional.
 */
export function missingPackage(name: string, place: SecretLocation, error: unknown): CredentialsError {
  const message = `${place.store} needs the package ${name}, which could not be loaded; install it: npm install ${name}`
  return new CredentialsError('CREDENTIALS_PACKAGE', message, false, standIn(error), place)
}
