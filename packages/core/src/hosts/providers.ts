import { AMAZON } from './amazon.ts'
import { CLOUDS } from './clouds.ts'
import { DATABASES } from './databases.ts'
import { PLATFORMS } from './platforms.ts'
import type { Provider } from './provider.ts'

/** Every provider that is known, the special before the general: the first that matches a host is its own. */
export const PROVIDERS: readonly Provider[] = [...AMAZON, ...CLOUDS, ...PLATFORMS, ...DATABASES]

/**
 * Returns the provider of a host by its name; undefined for any other name. A hint for diagnoses: it changes no check.
 *
 * @example
 * providerOf('orders.postgres.database.azure.com')?.name // Azure Database for PostgreSQL
 */
export function providerOf(host: string): Provider | undefined {
  const name = host.toLowerCase().replace(/\.$/, '')
  return PROVIDERS.find((provider) => provider.matches(name))
}

/** Returns the pooler or proxy that a host of this name, at this port, leads to; undefined if none is known. */
export function poolerOf(host: string, port: number): string | undefined {
  const { pooler, poolerPort = port } = providerOf(host) ?? {}
  return poolerPort === port ? pooler : undefined
}
