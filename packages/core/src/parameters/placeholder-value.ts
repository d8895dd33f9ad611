import { IN_QUOTATION_MARKS } from '../text/quote.ts'
import { type ParameterName, parameter } from './parameters.ts'

/** Texts that templates, shells and JavaScript leave in place of a value. */
const LEFTOVERS: readonly (readonly [RegExp, string])[] = [
  [/^(undefined|null|NaN|\[object \w+\])$/, 'what JavaScript writes for a value that is missing'],
  [/\$\{\w{2,}\}|^\$[A-Z_]{2,}$|^%[A-Z_]{2,}%$/, 'a variable that was not expanded'],
  [/^\{\{.+\}\}$|^<%.+%>$/, 'a place in a template that was not filled in'],
  [
    /^\[(your|my|db|database|password|user|host)[^\]]*\]$|^<[a-z][\w -]{2,}>$|^your(?:[-_ ]\w+)+$/i,
    'a placeholder of an example',
  ],
]

/**
 * Returns the fault of a placeholder in place of a value, or of quotation marks that `docker --env-file` keeps. The
 * text itself is not repeated, as it may still be a secret.
 */
export function placeholderProblem(name: ParameterName, text: string, source: string): string | undefined {
  const row = parameter(name)
  const said = `${name} (from ${source})`
  const leftover = LEFTOVERS.find(([pattern]) => pattern.test(text))
  // A random password may resemble a template; only a whole word or a whole placeholder counts.
  if (leftover && (row.secret !== 'always' || WHOLE.test(text))) {
    return `${said} is ${leftover[1]}; set the value itself`
  }
  if (/^(["'])[\w.:/@+-]{2,}\1$/.test(text) && row.secret !== 'always' && name !== 'options') {
    return `${said} ${IN_QUOTATION_MARKS}`
  }
  if (/\r$/.test(text) && row.secret === undefined) {
    return `${said} ends in a carriage return, as files with Windows line ends have it; remove it`
  }
  return undefined
}

const WHOLE = /^(undefined|null|\$\{\w+\}|\{\{[^{}]+\}\}|[[<].*(pass|pwd|secret).*[\]>]|your[-_ ]\w+)$/i
