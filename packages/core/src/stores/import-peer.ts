import { standIn } from '../credentials/foreign-error.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'

/**
 * Imports an optional package of a store on first use.
 *
 * @param load The import itself: bundlers follow one with its name written in place, and none that is computed.
 * @throws {@link CredentialsError} `CREDENTIALS_PACKAGE` where it is not installed or cannot be loaded.
 */
export async function importPeer<Module>(
  name: string,
  place: SecretPlace,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    const message = `${place.store} needs the package ${name}, which could not be loaded; install it: npm install ${name}`
    throw new CredentialsError('CREDENTIALS_PACKAGE', message, false, standIn(error), place)
  }
}
