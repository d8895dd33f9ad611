import type { Problem } from '../errors/problem.ts'
import type { Secret } from '../secret.ts'
import type { Layer } from './layer.ts'
import type { Sourced } from './sourced.ts'

/** Parameters that say where to connect and as whom. */
const WHERE_AND_WHO = ['host', 'hostaddr', 'port', 'database', 'user'] as const

/** What is given twice in one place, beside a connection string and in it, with different values. */
export function contradictions(layer: Layer, url: Layer): readonly Problem[] {
  const problems = WHERE_AND_WHO.flatMap((name): Problem[] => {
    const [one, other] = [layer.values[name], url.values[name]]
    if (!one || !other || one.value === other.value) return []
    return [{ parameter: name, message: `${named(name, one)} contradicts ${named(name, other)}; remove one` }]
  })
  const [one, other] = [layer.passwords[0], url.passwords[0]]
  if (one?.value.kind === 'text' && other?.value.kind === 'text') {
    if (one.value.password.reveal() !== other.value.password.reveal()) {
      const message = `the password (from ${one.source}) is not the password (from ${other.source}); remove one`
      problems.push({ parameter: 'password', message })
    }
  }
  return problems
}

function named(name: string, { value, source }: Sourced<string | Secret>): string {
  return `${name}=${value} (from ${source})`
}
