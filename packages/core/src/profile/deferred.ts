import { VerifullError } from '../errors/verifull-error.ts'
import type { Settings } from '../parameters/settings.ts'
import { processVariables } from '../system/process-facts.ts'

/**
 * Makes a configuration; where it is refused and is that of another environment, gives one that throws the refusal
 * at whatever is done with it.
 *
 * A file with a configuration for each environment makes all of them and uses one, and on a developer's machine what the
 * others need is not there. Nothing connects by the one that is given: no option of it can be read.
 *
 * @throws {@link ConfigurationError} or {@link PolicyError} at once where `isDeferred` is false.
 */
export function deferring<Config extends object>(isDeferred: boolean, make: () => Config): Config {
  try {
    return make()
  } catch (error) {
    if (!isDeferred || !(error instanceof Error)) throw error
    return refusedConfig(error) as Config
  }
}

/**
 * Tells whether settings are those of another environment than this process's own, on a developer's machine: their
 * `policy` is named, it is not development, and `VERIFULL_POLICY` and `NODE_ENV` name development or are not set, which
 * command lines take for development.
 */
export function isOfAnotherEnvironment(settings: Settings | null | undefined): boolean {
  if (!settings || !isDevelopersMachine(settings)) return false
  const { policy } = settings
  const name = typeof policy === 'string' ? policy : policy?.use
  return name !== undefined && name !== 'development'
}

/** Tells whether the process runs on a developer's machine, as far as its variables say. */
export function isDevelopersMachine(settings: Settings | null | undefined): boolean {
  const { VERIFULL_POLICY: policy, NODE_ENV: node } = processVariables()
  return settings?.environment === undefined && (policy || node || 'development') === 'development'
}

/** A configuration that is shown by what is wrong with it, and throws at everything else. */
function refusedConfig(error: Error): object {
  const refuse = () => {
    throw error
  }
  const shown = VerifullError.isInstance(error) ? { refused: error.message } : { refused: error.name }
  return new Proxy(shown, {
    get: refuse,
    set: refuse,
    has: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    getPrototypeOf: refuse,
    setPrototypeOf: refuse,
    isExtensible: refuse,
    preventExtensions: refuse,
  })
}
