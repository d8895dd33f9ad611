import type { PostgresServer } from '../postgres/server.ts'
import { newPassword } from './password.ts'
import type { RehearsalServers } from './rehearsal-servers.ts'

let scenes = 0

/** A unique name for a database, and the prefix of its roles' names. */
export function sceneName(): string {
  return `rehearsal${++scenes}`
}

/** Creates a database with a table. */
export async function makeDatabase(server: PostgresServer, name: string): Promise<void> {
  await server.sql(`create database ${name}`)
  await server.sql("create table item (id integer primary key, name text); insert into item values (1, 'one')", name)
}

/** Creates a role that may read the table. */
export async function makeRole(server: PostgresServer, name: string, role: string): Promise<string> {
  const password = newPassword()
  await server.sql(`create role ${role} login password '${password}'; grant select on item to ${role}`, name)
  return password
}

/** Changes the role's password; resolves with the time from which on it is valid. */
export async function setPassword(server: PostgresServer, role: string, password: string): Promise<number> {
  const [row] = await server.sql(
    `alter role ${role} password '${password}'; select (extract(epoch from clock_timestamp()) * 1000)::bigint as at`,
  )
  return Number(row?.at)
}

/** libpq keywords for a server with the rehearsal's certificate. */
export function parametersOf(
  { server, ca }: Pick<RehearsalServers, 'server' | 'ca'>,
  name: string,
): Record<string, string> {
  return { host: 'localhost', port: String(server.port), dbname: name, sslmode: 'verify-full', sslrootcert: ca }
}
