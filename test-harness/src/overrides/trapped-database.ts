import { type Database, startDatabase } from '../postgres/database.ts'
import { startTrap, type Trap } from './trap.ts'

/** A database, and a trap beside it that overrides lead to. */
export interface TrappedDatabase {
  readonly database: Database
  readonly trap: Trap
  /** What the server says to SESSION_SEEN where nothing has led astray. */
  readonly seen: readonly unknown[]
  /** Ends both. Rejects where anybody has come to the trap. */
  stop(): Promise<void>
}

/** Starts both. */
export async function startTrappedDatabase(): Promise<TrappedDatabase> {
  const database = await startDatabase()
  const trap = await startTrap({ to: database.server })
  return {
    database,
    trap,
    seen: [{ ssl: true, user: 'scram_user', port: database.server.port }],
    async stop() {
      const caught = trap.connections.length
      await trap.stop()
      await database.stop()
      if (caught > 0) throw new Error(`${caught} connections went into the trap`)
    },
  }
}
