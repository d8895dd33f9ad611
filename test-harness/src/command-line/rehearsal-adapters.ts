import type { RehearsalAdapter } from '../rehearsal/workers.ts'
import { exportsOf } from './adapter-module.ts'
import { UsageError } from './usage-error.ts'

const PIECES = ['open', 'close', 'query', 'transaction'] as const

/** An adapter, and the module that exports it. */
export interface ChosenAdapter extends RehearsalAdapter {
  /** The module, as written. */
  readonly module: string
}

/** The adapters of a command line. */
export interface AdapterChoice {
  /** Modules that export adapters, as written. */
  readonly adapter: readonly string[]
  /** Names of the adapters to run. Empty: all. */
  readonly only: readonly string[]
  /** Names of adapters to compare with; their failures do not count. */
  readonly baseline: readonly string[]
}

/**
 * Loads the adapters that a command line names.
 *
 * @throws UsageError if a module cannot be loaded, or has no adapter of a name.
 */
export async function chosenAdapters({ adapter, only, baseline }: AdapterChoice): Promise<readonly ChosenAdapter[]> {
  const all = (await Promise.all(adapter.map(loadRehearsalAdapters))).flat()
  const missing = [...only, ...baseline].find((name) => !all.some((one) => one.name === name))
  if (missing !== undefined) {
    const names = all.map(({ name }) => `"${name}"`).join(', ')
    throw new UsageError(`no adapter is named "${missing}"; there are ${names}`)
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name))
}

/**
 * Loads the adapters of a module that have the work a rehearsal needs.
 *
 * @throws UsageError if the module does not exist, fails to load, or exports no such adapter.
 */
async function loadRehearsalAdapters(specifier: string): Promise<readonly ChosenAdapter[]> {
  const { values } = await exportsOf(specifier).catch((cause: Error) => {
    throw new UsageError(cause.message, { cause })
  })
  const adapters = values
    .filter(isAdapter)
    .map(({ name, work, oneHost = false }) => ({ name, work, oneHost, module: specifier }))
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
