/** A client of pg, or of a library in its shape. */
interface Client {
  query(sql: string): Promise<unknown>
}

/** Runs a transaction as pg's documentation shows it. */
export async function usualTransaction<Lent extends Client>(
  client: Lent,
  body: (client: Lent) => Promise<unknown>,
  giveBack: () => unknown,
): Promise<void> {
  try {
    await client.query('begin')
    await body(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    await giveBack()
  }
}
