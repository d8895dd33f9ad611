import { type SecureConfig, secureConfig } from '@verifull/pg'
import type { ConnectRequest } from '@verifull/test-harness'

/** A request of the suite as an application would configure it: by settings, with nothing of this process's environment. */
export function configOf(request: ConnectRequest & { readonly poolSize?: number }): SecureConfig {
  const { parameters, environment, uri, timeoutMs, poolSize: max } = request
  const { dbname: database, ...rest } = parameters
  const settings = { ...rest, ...(database !== undefined && { database }), ...(uri !== undefined && { url: uri }) }
  // The suite speaks libpq's keywords as text, which the types of the settings know one by one.
  return secureConfig({ connectionTimeoutMillis: timeoutMs, ...(max !== undefined && { max }) }, {
    ...settings,
    policy: 'development',
    environment,
  } as Parameters<typeof secureConfig>[1])
}
