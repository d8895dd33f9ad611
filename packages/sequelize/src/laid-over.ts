import type { Problem } from '@verifull/core'
import { changedReplication, changedTarget, type Secured } from '@verifull/pg'

const NAMES_6: Readonly<Record<string, string>> = {
  user: 'username',
  connectionString: 'url',
  ssl: 'dialectOptions.ssl',
  sslnegotiation: 'dialectOptions.sslnegotiation',
  stream: 'dialectOptions.stream',
}

/** Returns the name of an option of pg in Sequelize 6. */
export function nameOf6(option: string): string {
  return NAMES_6[option] ?? option
}

/** Returns the name of an option of pg in Sequelize 7. */
export function nameOf7(option: string): string {
  return option === 'connectionString' ? 'url' : option
}

/** Lists the options laid over secured ones that would lead a connection to another server or login. */
export function changesIn(options: object, secured: Secured, nameOf: (option: string) => string): readonly Problem[] {
  const { replication } = options as { replication?: unknown }
  return [
    ...changedTarget(inWordsOfPg(options), secured.primary, nameOf),
    ...changedReplication(replication, secured, { primary: 'write', replicas: 'read', nameOf, inWordsOfPg }),
  ]
}

/**
 * Returns the options under pg's names, for both versions: 6 passes `dialectOptions` to pg, 7 the options at the top.
 */
function inWordsOfPg(server: unknown): unknown {
  if (typeof server === 'string') return server
  const { url, uri, username, user = username, dialectOptions, ...own } = (server ?? {}) as Record<string, unknown>
  const { host, port, password, ssl, stream, connection } = { ...own, ...(dialectOptions as object | undefined) }
  return { connectionString: url ?? uri, host, port, user, password, ssl, stream, connection }
}
