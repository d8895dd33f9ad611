import type { Settings } from '@verifull/sequelize'
import type { ConnectRequest } from '@verifull/test-harness'

/** The suite's request as settings: it speaks libpq's keywords as text, which the types know one by one. */
export function settingsOf({ parameters, environment, uri }: ConnectRequest): Settings {
  const { dbname: database, ...rest } = parameters
  const settings = { ...rest, ...(database !== undefined && { database }), ...(uri !== undefined && { url: uri }) }
  // libpq does not wait.
  return { ...settings, policy: 'development', failoverTimeoutMs: 0, environment } as Settings
}
