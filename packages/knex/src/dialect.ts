import knex, { type Knex } from 'knex'

/** Knex's class for one kind of database, or a subclass of it. */
export type Dialect = typeof Knex.Client

/** Knex's clients for databases that speak PostgreSQL's protocol, and the drivers of their dialects. */
const CLIENTS: readonly unknown[] = ['pg', 'postgres', 'postgresql', 'cockroachdb', 'redshift']
const DRIVERS: readonly string[] = ['pg', 'cockroachdb', 'pg-redshift']
const NATIVE: readonly unknown[] = ['pgnative', 'pg-native']

const NO_NATIVE = 'pg-native ignores TLS settings and may connect unverified; use pg'

/** Returns the reason that a `client` cannot be used; undefined if it can. */
export function dialectProblem(client: Knex.Config['client'] = 'pg'): string | undefined {
  if (NATIVE.includes(client) || (typeof client === 'function' && isOrExtends(client, dialectOf('pgnative')))) {
    return NO_NATIVE
  }
  if (typeof client !== 'function') return CLIENTS.includes(client) ? undefined : `${client} is not PostgreSQL; use pg`
  return DRIVERS.includes(client.prototype.driverName) ? undefined : "it does not extend Knex's PostgreSQL client"
}

/** Returns the dialect, which Knex does not export, from an instance that never connects. */
export function dialectOf(client: Knex.Config['client'] = 'pg'): Dialect {
  return typeof client === 'string' ? knex({ client }).client.constructor : client
}

function isOrExtends(one: Dialect, other: Dialect): boolean {
  return one === other || one.prototype instanceof other
}
