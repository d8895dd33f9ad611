import type { PostgresServer } from './server.ts'
import type { PostgresWanted } from './wanted.ts'
export async function startContainer(_wanted: PostgresWanted): Promise<PostgresServer> {
  throw new Error('not built yet')
}
