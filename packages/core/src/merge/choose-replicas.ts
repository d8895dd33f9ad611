import type { Layer, Replica } from '../sources/layer.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Shadowed } from './shadowed.ts'

/** The parameters that distinguish one database from another. */
const WHERE = ['host', 'port', 'database'] as const

/**
 * Returns the replicas of the strongest source that names any.
 *
 * Environment replicas belong to the environment's primary; they are ignored if settings or options name another
 * primary, as in an application with two databases.
 */
export function chooseReplicas(
  layers: readonly Layer[],
  environment: readonly Layer[],
): { readonly replicas: readonly Replica[]; readonly shadowed: readonly Shadowed[] } {
  const another = anotherPrimary(layers, environment)
  const named = layers.flatMap(({ name, replicas }) => (replicas ? [{ name, replicas }] : []))
  const read = named.find(({ name }) => !another || name === 'settings' || name === 'options')?.replicas
  const by = read?.source ?? another?.source ?? ''
  return {
    replicas: read?.value ?? [],
    shadowed: named
      .filter(({ replicas }) => replicas !== read)
      .map(({ replicas: { source } }) => ({ parameter: 'replicas', value: '[replicas]', source, by })),
  }
}

/** Returns the value that makes the primary another one than the environment's, if any. */
function anotherPrimary(layers: readonly Layer[], environment: readonly Layer[]): Sourced<string | Secret> | undefined {
  return WHERE.flatMap((name) => {
    const [held] = layers.flatMap(({ values }) => values[name] ?? [])
    const [said] = environment.flatMap(({ values }) => values[name] ?? [])
    return held && said && held.value !== said.value ? [held] : []
  })[0]
}
