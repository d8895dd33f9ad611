import { isPlaceholder } from '@verifull/core/adapter'
import { firstEndpoint, onSet, securedBy } from '@verifull/pg'
import { DataSource } from 'typeorm'

/** The parts of a DataSource that tell of its servers; the pool is there while it is initialized. */
interface Made {
  readonly options: { host?: unknown; port?: unknown; readonly driver?: unknown }
  readonly driver?: { readonly master?: { readonly options?: { readonly host?: string; readonly port?: number } } }
}

// Instrumentations read the endpoint in the options, which frameworks copy before they make a DataSource of them.
onSet(DataSource.prototype, 'driver', (made) => showEndpoint(made as Made))

/** Has the options of a DataSource show the endpoint of its pool in place of the placeholder. */
function showEndpoint(source: Made): void {
  const { options } = source
  const first = firstEndpoint(securedBy(options.driver)?.primary[0])
  if (first.host === undefined || typeof options.host !== 'string' || !isPlaceholder(options.host)) return
  for (const name of ['host', 'port'] as const) {
    // Frozen options show the placeholder.
    if (!isChangeable(options, name)) continue
    Object.defineProperty(options, name, {
      configurable: true,
      enumerable: true,
      get: () => source.driver?.master?.options?.[name] ?? first[name],
      set(value: unknown) {
        Object.defineProperty(options, name, { value, configurable: true, enumerable: true, writable: true })
      },
    })
  }
}

function isChangeable(options: object, name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(options, name)
  return property ? property.configurable === true : Object.isExtensible(options)
}
