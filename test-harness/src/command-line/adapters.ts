import type { AdapterAddress } from './messages.ts'
import { SuiteProcess } from './suite-process.ts'
import { UsageError } from './usage-error.ts'

/** An adapter exported by a module. */
export type NamedAdapter = AdapterAddress

/**
 * The adapters that the modules export.
 *
 * @throws UsageError if a module does not exist, fails to load or exports no adapter, and if two adapters have the same
 * name.
 */
export async function adaptersOf(modules: readonly string[]): Promise<readonly NamedAdapter[]> {
  const adapters: NamedAdapter[] = []
  for (const module of modules) {
    for (const name of await namesIn(module)) {
      if (adapters.some((other) => other.name === name)) {
        throw new UsageError(`two adapters are named "${name}"; a report could not tell them apart`)
      }
      adapters.push({ module, name })
    }
  }
  return adapters
}

async function namesIn(module: string): Promise<readonly string[]> {
  const suite = new SuiteProcess()
  try {
    const answer = await suite.ask({ load: module })
    if ('broken' in answer) throw new UsageError(`cannot load adapter module ${module}: ${answer.broken}`)
    if (answer.impossible !== undefined) throw new UsageError(answer.impossible)
    return answer.names ?? []
  } finally {
    await suite.stop()
  }
}
