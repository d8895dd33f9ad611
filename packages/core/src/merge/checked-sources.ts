import { wrongArgument } from '../errors/argument.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { problemWith } from '../errors/finding.ts'
import { isText } from '../sources/option-value.ts'
import { quote } from '../text/quote.ts'
import { bare, propertiesOf, unreadable } from '../text/record.ts'
import type { Sources } from './collect.ts'

const NAMES = ['settings', 'options', 'spelling']

/**
 * Returns the sources given to a public function as a plain object.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if they are no object, or are settings without the `{ settings }`
 * around them.
 */
export function checkedSources<T extends Omit<Sources, 'spelling'>>(given: T | null | undefined, call: string): T {
  if (given === undefined || given === null) return bare({} as T)
  const unfit = unreadable(given, NAMES)
  const instead = isText(given) ? `${call}({ settings: { url } })` : `${call}({ settings, options })`
  if (unfit) throw wrongArgument(call, 'sources', `must be an object, ${unfit}; write ${instead}`)
  const { all } = propertiesOf(given, NAMES)
  const stranger = Object.keys(all).find((name) => !NAMES.includes(name) && all[name] !== undefined)
  if (stranger === undefined) return all as T
  const message = `${call}(): sources has settings and options, and no ${quote(stranger)}; write ${instead}`
  throw new ConfigurationError([problemWith('sources', message)])
}
