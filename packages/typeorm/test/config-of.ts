import type { ConnectRequest } from '@verifull/test-harness'
import { type SecureConfig, type Settings, secureConfig, type TypeormOptions } from '@verifull/typeorm'

/** Returns the options of TypeORM for a request of the suite. */
export function configOf(request: ConnectRequest, options: TypeormOptions = {}): SecureConfig {
  const { parameters, environment, uri, timeoutMs } = request
  const { dbname: database, ...rest } = parameters
  const settings = { ...rest, ...(database !== undefined && { database }), ...(uri !== undefined && { url: uri }) }
  // The suite speaks libpq's keywords as text, which the types of the settings know one by one.
  return secureConfig({ connectTimeoutMS: timeoutMs, ...options }, {
    ...settings,
    policy: 'development',
    // libpq does not wait.
    failoverTimeoutMs: 0,
    environment,
  } as Settings)
}
