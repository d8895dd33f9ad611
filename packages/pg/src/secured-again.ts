import { isDeepStrictEqual } from 'node:util'
import { ConfigurationError, type Problem, problemWith, type Settings } from '@verifull/core/adapter'
import { type Secured, securedBy } from './secured.ts'

/** Remembers the settings of the configuration with this driver. */
export function rememberSettings(driver: unknown, settings: Settings = {}): void {
  const secured = securedBy(driver)
  if (secured) secured.settings = settings
}

/**
 * Returns a copy of options that came from `secureConfig()` and are given to it again, alone or with others laid over
 * them: the same connection. Undefined for options that were not secured.
 *
 * @param driver The option that holds the driver.
 * @param changes Lists the options that would lead the connection to another server or login.
 * @throws {@link ConfigurationError} `CONFIGURATION` for such a change, and for settings that differ from the first
 * call's.
 */
export function securedAgain<Options extends object>(
  options: Options,
  driver: unknown,
  changes: (secured: Secured) => readonly Problem[],
  settings: Settings = {},
): Options | undefined {
  const secured = securedBy(driver)
  if (!secured) return undefined
  const problems = [...changes(secured), ...otherSettings(settings, secured.settings)]
  if (problems.length > 0) throw new ConfigurationError(problems)
  return { ...options }
}

function otherSettings(settings: Settings, first: Settings = {}): readonly Problem[] {
  const names = Object.keys(settings) as (keyof Settings)[]
  return names
    .filter((name) => settings[name] !== undefined && !isDeepStrictEqual(settings[name], first[name]))
    .map((name) =>
      problemWith(
        `settings.${name}`,
        `settings.${name} is given with options that are secured already, and is not what they were secured with; give the options of the application and these settings to secureConfig() in one call`,
      ),
    )
}
