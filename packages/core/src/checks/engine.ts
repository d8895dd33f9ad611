import type { Dialed } from '../dial/dialed.ts'
import { ServerError } from '../errors/server-error.ts'
import { printable } from '../text/printable.ts'
import { askSession } from './ask-session.ts'
import { isPostgres } from './server-facts.ts'

/** A product that speaks PostgreSQL's protocol and has another catalog, such as CockroachDB, Aurora DSQL or Redshift. */
export interface Engine {
  /** Its `version()`, such as `CockroachDB CCL v26.2.5 (…)`. */
  readonly product: string
  /** `current_database()`; undefined if it does not tell. */
  readonly database: string | undefined
}

/** Asks a server that rejected the query about it, on the same session; undefined for PostgreSQL, which has no reason to. */
export async function otherEngine(dialed: Dialed, signal?: AbortSignal): Promise<Engine | undefined> {
  const ask = async (sql: string): Promise<string | undefined> => {
    const answer = await askSession(dialed, sql, signal).catch(unanswered)
    return answer === undefined ? undefined : printable(answer)
  }
  const product = await ask('SELECT version()')
  if (product === undefined || isPostgres(product)) return undefined
  return { product, database: await ask('SELECT current_database()') }
}

function unanswered(error: unknown): undefined {
  if (!(error instanceof ServerError)) throw error
}
