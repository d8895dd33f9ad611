import type { Variables } from '../system/process-facts.ts'
import { printable } from '../text/printable.ts'
import { isRead, withoutFile } from './read-variables.ts'

/** Words for a database in the variable names of hosts and frameworks. */
const DATABASE =
  /^(POSTGRES|POSTGRESQL|POSTGRESDB|PGSQL|PSQL|PG|DB|DATABASE|RDS|AURORA|NEON|SUPABASE|TYPEORM|SEQUELIZE|KNEX|MIKRO|PRISMA|DRIZZLE|COCKROACH|COCKROACHDB|CRDB|TIMESCALE|TIMESCALEDB|YUGABYTE|YUGABYTEDB|CLOUDSQL|ALLOYDB|AIVEN|CRUNCHY|XATA|PGBOUNCER|JDBC|DATASOURCE)$/
const OTHER_DATABASE = /^(MYSQL|MARIADB|MSSQL|MONGO|MONGODB|REDIS|CLICKHOUSE|ELASTICSEARCH|SHADOW|PGADMIN)$/
/** Words for an address at the end of the names. */
const URL_WORD = /^(URL|URLS|URI|URIS|DSN|CONNECTIONSTRING|CONNSTR)$/
const HOST_WORD = /^(HOST|HOSTS|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT)$/
/** The same in one word: `PGURL`, `DBHOST`. */
const IN_ONE = /^(PG|DB|DATABASE|POSTGRES|POSTGRESQL)(URL|URI|DSN|HOST|HOSTNAME)$/

/** Names of platforms without a word for a database. */
const BY_NAME: Readonly<Record<string, string>> = {
  DIRECT_URL: 'DATABASE_URL',
  INSTANCE_CONNECTION_NAME: 'DB_HOST=/cloudsql/…',
  INSTANCE_HOST: 'DB_HOST',
  INSTANCE_UNIX_SOCKET: 'DB_HOST',
  VCAP_SERVICES: 'the uri in it as DATABASE_URL',
  PLATFORM_RELATIONSHIPS: 'what is in it as DB_HOST',
}
/** Azure's prefix for the kind of a connection string. */
const AZURE = /^(POSTGRESQL|CUSTOM)CONNSTR_/

const SCHEME = /^(?:jdbc:)?([a-z][\w+.-]*):\/\//i
const POSTGRES = /postg|pgsql|psql|cockroach|yugabyte/i

/** A variable that is set and not read, although its name points to a database. */
export interface UnreadPlace {
  readonly name: string
  /** The variable to set instead. */
  readonly instead: string
}

/** Finds such variables by their names; of their values only the scheme of a URL is read. */
export function unreadPlaces(variables: Variables): readonly UnreadPlace[] {
  return Object.keys(variables).flatMap((name) => {
    const value = variables[name]
    if (!value || isRead(name) || isElsewhere(value)) return []
    const instead = insteadOf(withoutFile(name.toUpperCase()))
    return instead === undefined ? [] : [{ name: printable(name, 60), instead }]
  })
}

function insteadOf(name: string): string | undefined {
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name]
  if (AZURE.test(name)) return 'DATABASE_URL'
  const [, , inOne] = IN_ONE.exec(name) ?? []
  const words = name.replace('CONNECTION_STRING', 'CONNECTIONSTRING').split('_')
  if (!inOne && (!words.some((word) => DATABASE.test(word)) || words.some((word) => OTHER_DATABASE.test(word)))) {
    return undefined
  }
  const places = inOne ? [inOne] : words
  if (places.some((word) => URL_WORD.test(word))) return 'DATABASE_URL'
  return places.some((word) => HOST_WORD.test(word)) ? 'DB_HOST' : undefined
}

/** True for a URL of another service: `https:` of a provider's interface, another database. */
function isElsewhere(value: string): boolean {
  const [, scheme] = SCHEME.exec(value) ?? []
  return scheme !== undefined && !POSTGRES.test(scheme)
}
