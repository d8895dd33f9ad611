import type { RehearsalAdapter } from '../rehearsal/workers.ts'
import { exportsOf } from './adapter-module.ts'
import { UsageError } from './usage-error.ts'

const PIECES = ['open', 'close', 'query', 'transaction'] as const

/**
 * Loads the adapters of a module that have the work a rehearsal needs.
 *
 * @throws UsageError if the module does not exist, fails to load, or exports no such adapter.
 */
export async function loadRehearsalAdapters(specifier: string): Promise<readonly RehearsalAdapter[]> {
  const { values } = await exportsOf(specifier).catch((cause: Error) => {
    throw new UsageError(cause.message, { cause })
  })
  const adapters = values.filter(isAdapter)
  if (adapters.length > 0) return adapters
  throw new UsageError(
    `adapter module ${specifier} exports no adapter for a rehearsal; export { name, work: { ${PIECES.join(', ')} } }`,
  )
}

function isAdapter(value: unknown): value is RehearsalAdapter {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('work' in value)) return false
  const { name, work } = value
  if (typeof name !== 'string' || typeof work !== 'object' || work === null) return false
  return PIECES.every((piece) => piece in work && typeof (work as Record<string, unknown>)[piece] === 'function')
}
