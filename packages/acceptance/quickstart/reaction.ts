import { PolicyError, VerifullError } from '@verifull/pg'
import pg from 'pg'
import type { Attack } from './attacks.ts'

/** The result of an attack on one client. */
export interface Reaction {
  /** Code of the error, or rule of the policy; undefined if the client connected. */
  readonly refusedBy?: string
  readonly message: string
  /** The client's messages to the attacker, in order. */
  readonly messages: readonly string[]
}

/** A query that an attacker must not be able to read. */
const CONFIDENTIAL = "select 'the salaries'"

/** The result with Verifull. */
export function reactionOfVerifull({ attacker, secured }: Attack): Promise<Reaction> {
  return reaction(attacker, secured)
}

/** The result with plain pg. */
export function reactionOfPlainPg({ attacker, plain }: Attack): Promise<Reaction> {
  return reaction(attacker, () => plain)
}

async function reaction(attacker: Attack['attacker'], config: () => pg.PoolConfig): Promise<Reaction> {
  const before = attacker?.connections.length ?? 0
  const outcome = await outcomeOf(config)
  await attacker?.allClosed()
  const messages = attacker?.connections.slice(before).flatMap(({ events }) => events) ?? []
  return { ...outcome, messages: messages.filter((event) => !/closed by|reset by|TLS failed|Terminate/.test(event)) }
}

async function outcomeOf(config: () => pg.PoolConfig): Promise<Omit<Reaction, 'messages'>> {
  let pool: pg.Pool | undefined
  try {
    pool = new pg.Pool({ ...config(), connectionTimeoutMillis: 5000 })
    // Without this listener, pg ends the process when an idle connection is lost.
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

function refusal(error: unknown): Omit<Reaction, 'messages'> {
  if (error instanceof PolicyError) {
    return { refusedBy: error.findings[0]?.rule ?? error.code, message: error.message }
  }
  const { message, code } = error as NodeJS.ErrnoException
  return { refusedBy: VerifullError.isInstance(error) ? error.code : (code ?? 'error'), message }
}
