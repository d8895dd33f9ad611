import type { Kysely } from 'kysely'

/** Kysely lends a connection for as long as a function runs; this one runs until `release` is called. */
export function lent<Tables>(db: Kysely<Tables>): Promise<{ connection: Kysely<Tables>; release: () => void }> {
  return new Promise((resolve, reject) => {
    db.connection()
      .execute((connection) => new Promise<void>((release) => resolve({ connection, release })))
      .catch(reject)
  })
}
