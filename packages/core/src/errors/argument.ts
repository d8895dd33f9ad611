import { didYouMean } from '../text/did-you-mean.ts'
import { alternatives, quote } from '../text/quote.ts'
import { bare, kindOf, propertiesOf, unreadable } from '../text/record.ts'
import { ConfigurationError } from './configuration-error.ts'
import { problemWith } from './finding.ts'

/** The kind of a function's setting; `any` is checked by the function itself. */
export type Kind = 'text' | 'number' | 'object' | 'any'

/** Makes the error for an argument that a public function cannot use. */
export function wrongArgument(call: string, name: string, message: string): ConfigurationError {
  return new ConfigurationError([problemWith(name, `${call}(): ${name} ${message}`)])
}

/**
 * Returns the settings of a function as a plain object, inherited ones included.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if they are no object, have a name outside `kinds`, or a value of
 * another kind.
 */
export function checkedSettings<T extends object>(
  given: T,
  call: string,
  kinds: Readonly<Record<keyof T & string, Kind>>,
): T {
  const names = Object.keys(kinds)
  const unfit = unreadable(given, names)
  if (unfit) throw wrongArgument(call, 'settings', `must be an object, ${unfit}`)
  const { all } = propertiesOf(given, names)
  const known: Record<string, unknown> = bare({})
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined || value === null) continue
    if (!names.includes(name)) throw wrongArgument(call, 'settings', unknown(name, names))
    const kind = kinds[name as keyof T & string]
    if (!isOf(kind, value)) throw wrongArgument(call, name, `must be ${NOUN[kind]}, not ${kindOf(value)}`)
    known[name] = kind === 'object' ? propertiesOf(value, []).all : value
  }
  return known as T
}

/** @throws {@link ConfigurationError} `CONFIGURATION` if an argument that will be called is no function. */
export function checkFunction(given: unknown, call: string, name: string): void {
  if (typeof given !== 'function') throw wrongArgument(call, name, `must be a function, not ${kindOf(given)}`)
}

const NOUN: Readonly<Record<Kind, string>> = {
  text: 'a string',
  number: 'a number',
  object: 'an object',
  any: 'given',
}

function isOf(kind: Kind, value: unknown): value is object {
  if (kind === 'text') return typeof value === 'string'
  if (kind === 'number') return typeof value === 'number' && value >= 0
  return kind === 'any' || unreadable(value, []) === undefined
}

function unknown(name: string, names: readonly string[]): string {
  const meant = didYouMean(name, names)
  return `has no ${quote(name)}; ${meant ? `did you mean ${meant}?` : `it has ${alternatives(names)}`}`
}
