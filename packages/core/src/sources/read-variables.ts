import { PARAMETER_NAMES, parameter } from '../parameters/parameters.ts'

/** The variables that Verifull reads, besides those of libpq. */
const OURS = [
  'DB_HOST',
  'DB_PORT',
  'DB_NAME',
  'DB_DATABASE',
  'DB_USER',
  'DB_USERNAME',
  'DB_PASSWORD',
  'DB_PASS',
  'DB_SSL',
  'DB_SSL_MODE',
  'DB_SSL_CA',
  'DB_CA_CERT',
  'DB_CA_CERT_PATH',
  'DB_SSL_CERT',
  'DB_CLIENT_CERT_PATH',
  'DB_SSL_KEY',
  'DB_CLIENT_KEY_PATH',
  'DB_SSL_REJECT_UNAUTHORIZED',
  'DB_SSL_VERIFY',
  'DB_POOL_MIN',
  'DB_POOL_MAX',
  'DB_CONNECTION_TIMEOUT',
  'DB_IDLE_TIMEOUT',
  'DB_READ_REPLICA_HOST',
  'DB_READ_REPLICA_PORT',
  'DB_KEY_EXCHANGE',
  'DATABASE_URL',
  'DATABASE_PRIMARY_URL',
  'DATABASE_WRITE_URL',
  'DATABASE_READ_URL',
  'DATABASE_REPLICA_URL',
  'SECRETS_BACKEND',
  'SECRETS_CACHE_TTL',
  'DB_SECRET_ID',
  'DB_SECRET_KEYS',
  'DB_IAM_HOST',
  'VERIFULL_POLICY',
  'VERIFULL_ALLOW',
  'VERIFULL_WARNINGS',
] as const

/** All variables that are read, except those of secret stores' clients; most of them also as `…_FILE`. */
export const READ_VARIABLES: readonly string[] = [
  ...OURS,
  ...PARAMETER_NAMES.flatMap((name) => parameter(name).env ?? []),
]

const FILE = /^(?:FILE__)?(.*?)(?:__?FILE)?$/

/** Returns the variable's name without its `_FILE` spelling; any other name unchanged. */
export function withoutFile(name: string): string {
  return FILE.exec(name)?.[1] ?? name
}

/** True for a variable that is read, by its name or by its spelling for a file. */
export function isRead(name: string): boolean {
  return READ_VARIABLES.includes(name) || READ_VARIABLES.includes(withoutFile(name))
}
