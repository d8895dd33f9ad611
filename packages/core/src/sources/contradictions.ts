import { isDeepStrictEqual } from 'node:util'
import { type Problem, problemWith } from '../errors/finding.ts'
import { areDialable } from '../parameters/place-problem.ts'
import { printable } from '../text/printable.ts'
import { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Layer, PasswordSource } from './layer.ts'

/** The parameters of server, database and login. */
const WHERE_AND_WHO = ['host', 'hostaddr', 'port', 'database', 'user'] as const

/** Returns the problems of values given twice in one place, beside a connection string and in it, that differ. */
export function contradictions(layer: Layer, url: Layer): readonly Problem[] {
  return [
    ...WHERE_AND_WHO.flatMap((name) => contradiction(name, layer.values[name], url.values[name])),
    ...passwordContradiction(layer.passwords[0], url.passwords[0]),
  ]
}

/** Returns the problem of one source with two values for one thing: neither of them is the stronger one. */
export function contradiction(
  name: string,
  one: Sourced<string | Secret> | undefined,
  other: Sourced<string | Secret> | undefined,
): readonly Problem[] {
  if (!one || !other || textOf(one.value) === textOf(other.value)) return []
  return [problemWith(name, `${named(name, one)} contradicts ${named(name, other)}; remove one`)]
}

/** Returns the same problem for passwords. Those of different kinds are judged when all sources are known. */
export function passwordContradiction(
  one: Sourced<PasswordSource> | undefined,
  other: Sourced<PasswordSource> | undefined,
): readonly Problem[] {
  if (!one || !other || one.value.kind !== other.value.kind || isSame(one.value, other.value)) return []
  const message = `the password (from ${one.source}) is not the password (from ${other.source}); remove one`
  return [problemWith('password', message)]
}

function isSame(one: PasswordSource, other: PasswordSource): boolean {
  return one.kind === 'text' && other.kind === 'text'
    ? one.password.reveal() === other.password.reveal()
    : isDeepStrictEqual(one, other)
}

function textOf(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value
}

/** Longest value in a message, in characters: PEM text in base64 has no line that marks it. */
const LONGEST = 255

/** Returns the words for a value; PEM text is too long for a message, even if it is no secret. */
function named(name: string, { value, source }: Sourced<string | Secret>): string {
  const isShown =
    typeof value === 'string' &&
    !value.includes('-----BEGIN') &&
    value.length <= LONGEST &&
    (name !== 'host' || areDialable(value))
  return isShown ? `${name}=${printable(value)} (from ${source})` : `${name} (from ${source})`
}
