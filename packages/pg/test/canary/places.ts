import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '@verifull/pg'
import type { PoolConfig } from 'pg'
import { CANARY } from './canary.ts'

/** Server and user, without the password. */
export interface Where {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

/** The arguments of an application. */
export interface Given {
  readonly options?: PoolConfig
  readonly settings?: Settings
  /** Variables beside the policy's. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Puts the canary into one place, with everything else beside it. */
export type Place = (where: Where, folder: string) => Given

const encoded = encodeURIComponent(CANARY)
const url = ({ host, port, user, database }: Where) => `postgres://${user}:${encoded}@${host}:${port}/${database}`
const variables = ({ host, port, user, database }: Where) => ({
  DB_HOST: host,
  DB_PORT: String(port),
  DB_USER: user,
  DB_NAME: database,
})

/** Every place where a password can be, by name. */
export const PLACES: Readonly<Record<string, Place>> = {
  'an option': (where) => ({ options: { ...where, password: CANARY } }),
  'a setting': (where) => ({ settings: { ...where, password: CANARY } }),
  'the URL of an option': (where) => ({ options: { connectionString: url(where) } }),
  'the URL of a variable': (where) => ({ environment: { DATABASE_URL: url(where) } }),
  'the query of a URL': ({ host, port, user, database }) => ({
    settings: { url: `postgres://${host}:${port}/${database}?user=${user}&password=${encoded}` },
  }),
  'a conninfo string': ({ host, port, user, database }) => ({
    settings: { url: `host=${host} port=${port} user=${user} dbname=${database} password='${CANARY}'` },
  }),
  DB_PASSWORD: (where) => ({ environment: { ...variables(where), DB_PASSWORD: CANARY } }),
  PGPASSWORD: (where) => ({ settings: where, environment: { PGPASSWORD: CANARY } }),
  'a password file': (where, folder) => ({
    settings: where,
    environment: { DB_PASSWORD_FILE: file(folder, 'password', `${CANARY}\n`) },
  }),
  'a file with a URL': (where, folder) => ({
    environment: { DATABASE_URL_FILE: file(folder, `url-${where.user}-${where.port}`, url(where)) },
  }),
  'the password file of libpq': (where, folder) => ({
    settings: where,
    environment: { PGPASSFILE: file(folder, 'passfile', `*:*:*:*:${CANARY}\n`) },
  }),
  'a service file': (where, folder) => ({
    settings: { ...where, service: 'canary' },
    environment: { PGSERVICEFILE: file(folder, 'services', `[canary]\npassword=${CANARY}\n`) },
  }),
  'a password function': (where) => ({ options: { ...where, password: async () => CANARY } }),
  'a credentials provider': ({ user, ...where }) => ({
    settings: { ...where, secrets: async () => ({ user, password: CANARY, version: 'v1' }) },
  }),
}

function file(folder: string, name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content, { mode: 0o600 })
  return path
}
