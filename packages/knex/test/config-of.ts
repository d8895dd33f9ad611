import { type SecureConfig, type Settings, secureConfig } from '@verifull/knex'
import type { ConnectRequest } from '@verifull/test-harness'
import type { Knex } from 'knex'

/** Knex writes every failed connection to stdout. */
export const QUIET: Knex.Logger = { warn() {}, error() {}, debug() {}, deprecate() {} }

/** Returns the configuration of Knex for a request of the suite. */
export function configOf(request: ConnectRequest, options: Knex.Config): SecureConfig {
  const { parameters, environment, uri, timeoutMs } = request
  const { dbname: database, ...rest } = parameters
  const settings = { ...rest, ...(database !== undefined && { database }), ...(uri !== undefined && { url: uri }) }
  // The suite speaks libpq's keywords as text, which the types of the settings know one by one.
  return secureConfig({ log: QUIET, acquireConnectionTimeout: timeoutMs, ...options }, {
    ...settings,
    policy: 'development',
    // libpq does not wait.
    failoverTimeoutMs: 0,
    environment,
  } as Settings)
}
