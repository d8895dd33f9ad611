import { type Problem, problemWith } from '../errors/finding.ts'
import type { Layer, LayerName, PasswordSource } from '../sources/layer.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Shadowed } from './shadowed.ts'

const NOUN = {
  text: 'a password',
  file: 'a password file',
  function: 'a password function',
  provider: 'a credentials provider',
  login: 'a function that gives credentials',
} as const

/**
 * Sources that belong to the machine rather than to the application: a password there is overridden without a problem.
 */
const AMBIENT: readonly LayerName[] = ['service file', 'PG*', 'defaults']

/** Returns the password of the strongest source; a fixed one beside a provider or function is a contradiction. */
export function mergePasswords(
  layers: readonly Layer[],
  problems: Problem[],
  shadowed: Shadowed[],
): Sourced<PasswordSource> | undefined {
  const [winner, ...rest] = layers.flatMap((layer) => layer.passwords)
  if (!winner) return undefined
  shadowed.push(
    ...rest.map(({ value, source }) => ({ parameter: 'password', value: textOf(value), source, by: winner.source })),
  )
  const chosen = layers.filter((layer) => !AMBIENT.includes(layer.name)).flatMap((layer) => layer.passwords)
  const dynamic = chosen.find(isDynamic)
  for (const other of chosen) {
    if (!dynamic || other === dynamic || other.value.kind === dynamic.value.kind) continue
    problems.push(problemWith('password', `${named(other)} contradicts ${named(dynamic)}; remove one`))
  }
  return winner
}

function isDynamic({ value }: Sourced<PasswordSource>): boolean {
  return value.kind !== 'text' && value.kind !== 'file'
}

function named({ value, source }: Sourced<PasswordSource>): string {
  return `${NOUN[value.kind]} (from ${source})`
}

function textOf(value: PasswordSource): string | Secret {
  return value.kind === 'text' ? value.password : NOUN[value.kind]
}
