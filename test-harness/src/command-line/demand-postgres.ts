import { availablePostgres } from '../postgres/available.ts'
import { chosenSource } from '../postgres/source.ts'
import type { PostgresSource } from '../postgres/wanted.ts'
import type { Arguments } from './arguments.ts'
import { UsageError } from './usage-error.ts'

/**
 * Checks that the requested servers are available, before anything runs.
 *
 * @throws UsageError with the missing versions and the available ones.
 */
export async function demandPostgres({ postgres, from = sourceOfEnvironment() }: Arguments): Promise<void> {
  const available = await availablePostgres()
  // A container engine pulls missing images.
  const has = (source: PostgresSource, major?: number): boolean => {
    if (source === 'container') return available.container !== undefined
    return major === undefined ? available[source].length > 0 : available[source].includes(major)
  }
  const sources: readonly PostgresSource[] = from === undefined ? ['embedded', 'local', 'container'] : [from]
  const wanted = postgres.length === 0 ? [undefined] : postgres
  const missing = wanted.filter((major) => !sources.some((source) => has(source, major)))
  if (missing.length === 0) return
  const what = ['PostgreSQL', missing.join(', '), from === undefined ? '' : `(${from})`].filter(Boolean).join(' ')
  throw new UsageError(`${what} cannot be had here; what can: ${available.announce}`)
}

function sourceOfEnvironment(): PostgresSource | undefined {
  try {
    return chosenSource()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
