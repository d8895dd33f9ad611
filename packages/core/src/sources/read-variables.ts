import { PARAMETER_NAMES, parameter } from '../parameters/parameters.ts'
import { own } from '../text/record.ts'
import { DATABASE_URLS, DB_LIMITS, DB_VARIABLES } from './db-variables.ts'

/** Variables of Verifull that are also read as `…_FILE`, `…__FILE` or `FILE__…`, with the path of a file. */
const WITH_FILE: readonly string[] = [
  ...DB_VARIABLES.flatMap(([, , ...names]) => names),
  'DB_READ_REPLICA_HOST',
  'DB_READ_REPLICA_PORT',
  'DB_KEY_EXCHANGE',
  ...DATABASE_URLS,
  'DATABASE_READ_URL',
  'DATABASE_REPLICA_URL',
]

/** All variables that are read, except those of secret stores' clients. */
export const READ_VARIABLES: readonly string[] = [
  ...WITH_FILE,
  'DB_SSL',
  'DB_SSL_REJECT_UNAUTHORIZED',
  'DB_SSL_VERIFY',
  ...DB_LIMITS.map(([, name]) => name),
  'DB_FAILOVER_TIMEOUT',
  'DB_READ_REPLICA_MAX_LAG',
  'SECRETS_BACKEND',
  'SECRETS_CACHE_TTL',
  'DB_SECRET_ID',
  'DB_SECRET_KEYS',
  'DB_IAM_HOST',
  'VERIFULL_POLICY',
  'VERIFULL_ALLOW',
  'VERIFULL_WARNINGS',
  ...PARAMETER_NAMES.flatMap((name) => parameter(name).env ?? []),
]

const FILE = /^(?:FILE__)?(.*?)(?:__?FILE)?$/

/** Returns the variable's name without its `_FILE` spelling; any other name unchanged. */
export function withoutFile(name: string): string {
  return FILE.exec(name)?.[1] ?? name
}

/** True for a variable that is read, by its name or, where there is one, by its spelling for a file. */
export function isRead(name: string): boolean {
  return READ_VARIABLES.includes(name) || WITH_FILE.includes(withoutFile(name))
}

/** The variables with a spelling for a file that stand for those of libpq; a path has none, as libpq's is one already. */
const FOR_LIBPQ: Readonly<Record<string, string>> = Object.fromEntries(
  DB_VARIABLES.flatMap(([name, use, variable]) => {
    const { env } = parameter(name)
    return env !== undefined && use !== 'path' ? [[env, `${variable}_FILE`]] : []
  }),
)

/** Returns the variable to set in place of a spelling for a file that is not read; undefined for any other name. */
export function insteadOfFile(name: string): string | undefined {
  const plain = withoutFile(name)
  return plain !== name && !isRead(name) && READ_VARIABLES.includes(plain)
    ? (own(FOR_LIBPQ, plain) ?? plain)
    : undefined
}
