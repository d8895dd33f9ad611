import { type Problem, problemWith } from '../errors/finding.ts'
import { printable } from '../text/printable.ts'
import { quote } from '../text/quote.ts'
import { own } from '../text/record.ts'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { encodingProblem, UTF8 } from './client-encoding.ts'
import { type Parameter, type ParameterName, type ParameterValue, parameter } from './parameters.ts'
import { parseEnumeration } from './parse-enumeration.ts'

/** The result of parsing: the value, or the problem of the text. */
export type Parsed<T> = { readonly value: T } | { readonly problem: Problem }

/** Parses the text of a parameter, as strictly as libpq. */
export function parseParameter<Name extends ParameterName>(
  name: Name,
  given: Sourced<string | Secret>,
): Parsed<ParameterValue<Name>> {
  const row = parameter(name)
  const text = given.value instanceof Secret ? given.value.reveal() : given.value
  const why = typeof row.unsupported === 'object' ? own(row.unsupported, text) : row.unsupported
  if (why !== undefined) {
    const value = row.secret === 'always' ? '' : `=${printable(text, 60)}`
    return refused(name, `${name}${value} (from ${given.source}) is not supported: ${why}; remove it`)
  }
  return meaning(name, row, text, given) as Parsed<ParameterValue<Name>>
}

function meaning(name: ParameterName, row: Parameter, text: string, given: Sourced<string | Secret>): Parsed<unknown> {
  if (name === 'client_encoding' || name === 'options') {
    const problem = encodingProblem(name, { value: text, source: given.source })
    if (problem !== undefined) return refused(name, problem)
    if (name === 'client_encoding') return { value: UTF8 }
  }
  if (row.values) return parseEnumeration(name, row.values, { value: text, source: given.source }, row.anyCase)
  if (row.range) return parseInteger(name, row.range, { value: text, source: given.source })
  if (row.flag) return parseFlag(name, { value: text, source: given.source })
  return { value: given.value }
}

/** Parses an integer as libpq does: blanks around it and a sign are allowed, anything else is a problem. */
export function parseInteger(name: string, [least, most]: readonly [number, number], given: Sourced): Parsed<number> {
  const value = /^\s*[+-]?\d+\s*$/.test(given.value) ? Number(given.value) : Number.NaN
  if (value >= least && value <= most) return { value }
  const range = most === 2 ** 31 - 1 ? (least < 0 ? '' : ` of ${least} or more`) : ` from ${least} to ${most}`
  return refused(
    name,
    `invalid ${name} value ${quote(given.value)} (from ${given.source}); it must be an integer${range}`,
  )
}

const TRUE = ['true', '1', 'on', 'yes']
const FALSE = ['false', '0', 'off', 'no']

/** Parses a boolean of the `DB_*` variables: one of eight words, in any case. */
export function parseBoolean(name: string, given: Sourced): Parsed<boolean> {
  const word = given.value.toLowerCase()
  if (TRUE.includes(word)) return { value: true }
  if (FALSE.includes(word)) return { value: false }
  return refused(name, `invalid ${name} value ${quote(given.value)}; it must be true or false`)
}

function parseFlag(name: string, { value, source }: Sourced): Parsed<boolean> {
  if (value === '0' || value === '1') return { value: value === '1' }
  return refused(name, `invalid ${name} value ${quote(value)} (from ${source}); it must be 0 or 1`)
}

function refused(parameterName: string, message: string): { readonly problem: Problem } {
  return { problem: problemWith(parameterName, message) }
}
