import {
  ConfigurationError,
  hostAndPort,
  isPlaceholder,
  type Problem,
  type Profile,
  problemWith,
} from '@verifull/core/adapter'
import { isSecuredStream } from './secured.ts'

/** Placeholder for a password, and for a user that only the secret names; it is sent to no server. */
export const PLACEHOLDER = 'verifull'

/** Returns the port and the login that a secured configuration shows for these servers, under pg's names. */
export function shownTarget([profile]: readonly Profile[]): { port: number; user: string; database: string } {
  const user = profile?.user ?? PLACEHOLDER
  return { port: profile?.endpoints[0]?.port ?? 5432, user, database: profile?.database ?? user }
}

/** The options of pg that name a server or a login, with the values that change nothing. */
const UNCHANGED: Readonly<Record<string, (value: unknown, servers: readonly Profile[]) => boolean>> = {
  connectionString: (value) => value === '',
  host: (value, servers) =>
    (typeof value === 'string' && isPlaceholder(value)) || endpointsOf(servers).some(({ host }) => host === value),
  port: (value, servers) => endpointsOf(servers).some(({ port }) => port === Number(value)),
  user: (value, servers) => value === shownTarget(servers).user,
  password: (value) => value === PLACEHOLDER || value === '',
  // Given for TypeORM and Knex in every mode; a mode that may be plaintext is a warning already.
  ssl: (value) => value === true,
  sslnegotiation: (value, [profile]) => value === 'postgres' || value === profile?.sslnegotiation,
  stream: (value) => isSecuredStream(value),
  connection: () => false,
}

/**
 * Lists the options of a configuration that would lead it to another server or login than its driver's. Another
 * `database` is not among them: the driver connects to it.
 *
 * @param config The driver's options under pg's names.
 * @param nameOf Returns the application's spelling of an option. Default: pg's name.
 * @param shown Values that were written into the configuration for instrumentations.
 */
export function changedTarget(
  config: unknown,
  servers: readonly Profile[],
  nameOf: (option: string) => string = (option) => option,
  shown: Readonly<Record<string, unknown>> = {},
): readonly Problem[] {
  const given: Readonly<Record<string, unknown>> =
    typeof config === 'string' ? { connectionString: config } : ((config ?? {}) as object as Record<string, unknown>)
  const changed = Object.keys(UNCHANGED).filter((option) => {
    const { [option]: value } = given
    return value !== undefined && value !== null && value !== shown[option] && !UNCHANGED[option]?.(value, servers)
  })
  // A URL is also read into the other options; it is the one that was written.
  return (changed.includes('connectionString') ? ['connectionString'] : changed).map((option) => {
    const name = nameOf(option)
    return problemWith(
      name,
      `option ${name} is laid over a secured configuration and would lead it to another server or login; give it to secureConfig() itself, among its options`,
    )
  })
}

/** Returns the refusal of such a configuration; undefined without problems. */
export function refusalOf(problems: readonly Problem[]): ConfigurationError | undefined {
  return problems.length > 0 ? new ConfigurationError(problems) : undefined
}

/** Returns the servers with the database of a configuration in place of their own. */
export function withDatabase(
  servers: readonly Profile[],
  database: unknown,
  shown: Readonly<Record<string, unknown>> = {},
): readonly Profile[] {
  if (typeof database !== 'string' || database === '') return servers
  const isTheirs = database === shown.database || database === shownTarget(servers).database
  return isTheirs ? servers : servers.map((profile) => ({ ...profile, database }))
}

function endpointsOf(servers: readonly Profile[]) {
  return servers.flatMap(({ endpoints }) => endpoints.map(hostAndPort))
}
