import { FOREIGN_CONNECTION, PG_SPELLING, type ReplicationMeaning, type Spelling } from '@verifull/core/adapter'
import { printable } from '@verifull/core/diagnostics'

/** Names of PostgreSQL in Sequelize's `dialect`, TypeORM's `type` and Knex's `client`. */
const POSTGRES = ['postgres', 'postgresql', 'pg']

const SERVER: Spelling = {
  ...PG_SPELLING,
  url: 'url',
  uri: 'url',
  username: 'user',
  dialectOptions: { within: PG_SPELLING },
  connection: { within: PG_SPELLING },
  // last, because TypeORM lays it over the others
  extra: { within: PG_SPELLING },
  ...FOREIGN_CONNECTION,
}

/** Names in a replication block: Sequelize's, and TypeORM's. */
const REPLICATION: readonly ReplicationMeaning[] = [
  { primary: 'write', replicas: 'read', entry: SERVER },
  { primary: 'master', replicas: 'slaves', entry: SERVER },
]

/** The spelling of the options in a configuration file: Sequelize's, TypeORM's and Knex's names, which do not collide. */
export function spellingOf({ replication }: Options): Spelling {
  const names = typeof replication === 'object' && replication !== null ? replication : {}
  const meaning = REPLICATION.find(({ primary, replicas }) => primary in names || replicas in names)
  return meaning ? { ...SERVER, replication: { replication: meaning } } : SERVER
}

/** The name of another database that the options are for; undefined for PostgreSQL, and where none is named. */
export function otherDatabase(options: Options): string | undefined {
  const { dialect, type, client } = options
  const named = [dialect, type, client].find((one) => typeof one === 'string')
  return typeof named === 'string' && !POSTGRES.includes(named) ? named : undefined
}

type Options = Readonly<Record<string, unknown>>
type Variables = Readonly<Record<string, string | undefined>>

/** The variable that `use_env_variable` names, if it is not set. */
export function unsetVariable({ use_env_variable: name }: Options, variables: Variables): string | undefined {
  return name && !variables[String(name)] ? printable(String(name)) : undefined
}

/** The options with the URL in the variable that `use_env_variable` names, as Sequelize's command line reads it. */
export function withVariable({ use_env_variable: name, ...options }: Options, variables: Variables): Options {
  return name ? { ...options, url: variables[String(name)] } : options
}
