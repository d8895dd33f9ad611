import { PolicyError, VerifullError } from '@verifull/pg'
import pg from 'pg'
import type { Attack } from './attacks.ts'

/** What came of an attack on one client. */
export interface Reaction {
  /** What refused it: the code of the error, or the rule of the policy; undefined where the client connected. */
  readonly refusedBy?: string
  readonly message: string
  /** What the attacker was told, message by message. */
  readonly told: readonly string[]
}

/** What an attacker would like to read. */
const CONFIDENTIAL = "select 'the salaries'"

/** How the application with Verifull reacts. */
export function reactionOfVerifull({ attacker, secured }: Attack): Promise<Reaction> {
  return reaction(attacker, secured)
}

/** How the application with plain pg reacts. */
export function reactionOfPlainPg({ attacker, plain }: Attack): Promise<Reaction> {
  return reaction(attacker, () => plain)
}

async function reaction(attacker: Attack['attacker'], config: () => pg.PoolConfig): Promise<Reaction> {
  const before = attacker?.connections.length ?? 0
  const outcome = await outcomeOf(config)
  await attacker?.allClosed()
  const told = attacker?.connections.slice(before).flatMap(({ events }) => events) ?? []
  return { ...outcome, told: told.filter((event) => !/closed by|reset by|TLS failed|Terminate/.test(event)) }
}

async function outcomeOf(config: () => pg.PoolConfig): Promise<Omit<Reaction, 'told'>> {
  let pool: pg.Pool | undefined
  try {
    pool = new pg.Pool({ ...config(), connectionTimeoutMillis: 5000 })
    // pg ends the process where nobody listens when an idle connection is lost.
    pool.on('error', () => {})
    const { rows } = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    await pool.query(CONFIDENTIAL)
    return { message: rows[0]?.ssl ? 'connected, encrypted' : 'connected, in plaintext' }
  } catch (error) {
    return refusal(error)
  } finally {
    await pool?.end()
  }
}

function refusal(error: unknown): Omit<Reaction, 'told'> {
  if (error instanceof PolicyError) {
    return { refusedBy: error.findings[0]?.rule ?? error.code, message: error.message }
  }
  const { message, code } = error as NodeJS.ErrnoException
  return { refusedBy: VerifullError.isInstance(error) ? error.code : (code ?? 'error'), message }
}
