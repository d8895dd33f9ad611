import { type Database, startDatabase } from '../postgres/database.ts'
import { startTrap, type Trap } from './trap.ts'

/** A database, and a trap as the target of overrides. */
export interface TrappedDatabase {
  /** The database. */
  readonly database: Database
  /** The trap. */
  readonly trap: Trap
  /** Rows of SESSION_SEEN in a session that no override has affected. */
  readonly seen: readonly unknown[]
  /**
   * Runs `connect` and resolves with its result, or with the names of the refused options if it failed before the
   * server saw a connection.
   */
  outcome(connect: () => unknown): Promise<unknown>
  /** Stops both. Rejects if the trap had a connection. */
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
    async outcome(connect) {
      const before = await database.server.connectionsSeen()
      try {
        return await connect()
      } catch (error) {
        const names = refusedOptions(error)
        const after = await database.server.connectionsSeen()
        if (!names || after.length > before.length) throw error
        return { refused: names }
      }
    },
    async stop() {
      const caught = trap.connections.length
      await trap.stop()
      await database.stop()
      if (caught > 0) throw new Error(`${caught} connections went into the trap`)
    },
  }
}

/** The option names in a refusal, which libraries may wrap in errors of their own. */
function refusedOptions(error: unknown): readonly string[] | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { problems, parent, cause } = error as {
    readonly problems?: readonly (
      | { readonly parameter: string }
      | { readonly parameter?: undefined; readonly rule: string }
    )[]
    readonly parent?: unknown
    readonly cause?: unknown
  }
  return (
    problems?.map((problem) => problem.parameter ?? problem.rule) ?? refusedOptions(parent) ?? refusedOptions(cause)
  )
}
