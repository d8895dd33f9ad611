import knex, { type Knex } from 'knex'
import { version as newest } from 'knex/package.json'
import knex30 from 'knex-3.0'
import { version as oldest } from 'knex-3.0/package.json'

/** A version of Knex; both are used by the types of the newer one. */
export interface Version {
  readonly name: string
  readonly knex: typeof knex
  /** Options that make `secureConfig` build on this version: by itself it takes the one that it finds installed. */
  readonly options: Knex.Config
}

const older = knex30 as unknown as typeof knex

export const NEWEST: Version = { name: `Knex ${newest}`, knex, options: {} }
export const OLDEST: Version = {
  name: `Knex ${oldest}`,
  knex: older,
  options: { client: older({ client: 'pg' }).client.constructor },
}
export const VERSIONS: readonly Version[] = [NEWEST, OLDEST]
