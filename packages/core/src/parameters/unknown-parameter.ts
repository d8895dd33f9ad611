import { nearest } from '../text/nearest.ts'
import { shown } from '../text/wording.ts'
import { insteadOf } from './foreign-words.ts'
import { PARAMETER_NAMES } from './parameters.ts'

/** The sentence for a word that is no parameter, or nothing where it resembles none and may be part of a secret. */
export function recognized(word: string, source: string): string | undefined {
  const instead = insteadOf(word)
  if (instead !== undefined) return `unknown parameter ${shown(word)} (from ${source}); ${instead}`
  const meant = nearest(word, PARAMETER_NAMES)
  if (meant === undefined) return undefined
  return `unknown parameter ${shown(word)} (from ${source}); did you mean ${meant === 'database' ? 'dbname' : meant}?`
}
