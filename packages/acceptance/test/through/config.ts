import { type SecureConfig, secureConfig } from '@verifull/pg'
import type { ConnectRequest } from '@verifull/test-harness'

/** Verifull's configuration for a request of the suite, independent of the environment of this process. */
export function configOf(request: ConnectRequest & { readonly poolSize?: number }): SecureConfig {
  const { parameters, environment, uri, timeoutMs, poolSize: max } = request
  const { dbname: database, ...rest } = parameters
  const settings = { ...rest, ...(database !== undefined && { database }), ...(uri !== undefined && { url: uri }) }
  // The suite gives libpq's keywords as text; the types of the settings are narrower.
  return secureConfig({ connectionTimeoutMillis: timeoutMs, ...(max !== undefined && { max }) }, {
    ...settings,
    policy: 'development',
    // libpq does not wait.
    failoverTimeoutMs: 0,
    environment,
  } as Parameters<typeof secureConfig>[1])
}
