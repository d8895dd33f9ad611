import { secureConfig } from '@verifull/pg'
import type { ConnectRequest } from '@verifull/test-harness'

/** Returns the configuration of pg for a request of the suite. */
export function configOf({ parameters, environment, uri, timeoutMs }: ConnectRequest) {
  const { dbname: database, ...rest } = parameters
  const settings = { ...rest, ...(database !== undefined && { database }), ...(uri !== undefined && { url: uri }) }
  // The suite speaks libpq's keywords as text, which the types of the settings know one by one.
  return secureConfig({ connectionTimeoutMillis: timeoutMs }, {
    ...settings,
    policy: 'development',
    // libpq does not wait.
    failoverTimeoutMs: 0,
    environment,
  } as Parameters<typeof secureConfig>[1])
}
