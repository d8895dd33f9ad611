import { type Problem, problemWith } from '../errors/finding.ts'
import { PARAMETERS, type ParameterValue } from '../parameters/parameters.ts'
import type { Layer } from '../sources/layer.ts'
import type { Sourced } from '../text/sourced.ts'

type Mode = Sourced<ParameterValue<'sslmode'>>

/**
 * Returns the effective mode: the strictest of those that demand TLS, else the first one, else verify-full if TLS is
 * demanded without a mode. A mode that demands TLS beside one that does not is a contradiction.
 */
export function mergeSslmode(layers: readonly Layer[], modes: readonly Mode[], problems: Problem[]): Mode | undefined {
  const strict = modes.filter((mode) => strictness(mode) >= strictness({ value: 'require' }))
  const lax = modes.filter((mode) => !strict.includes(mode))
  const encrypt = layers.flatMap((layer) => layer.encrypt ?? [])[0]
  const demand = strict[0] ? named(strict[0]) : encrypt?.source
  if (demand !== undefined) {
    for (const mode of lax) {
      problems.push(problemWith('sslmode', `${named(mode)} contradicts ${demand}; remove one`))
    }
  }
  const strictest = strict.reduce<Mode | undefined>(
    (best, mode) => (best && strictness(best) >= strictness(mode) ? best : mode),
    undefined,
  )
  return strictest ?? lax[0] ?? (encrypt && { value: 'verify-full', source: encrypt.source })
}

function strictness({ value }: Pick<Mode, 'value'>): number {
  return PARAMETERS.sslmode.values.indexOf(value)
}

function named({ value, source }: Mode): string {
  return `sslmode=${value} (from ${source})`
}
