import { wrongArgument } from '../errors/argument.ts'
import { quote } from '../text/quote.ts'
import { kindOf } from '../text/record.ts'
import type { Health } from './health.ts'
import type { Monitor } from './monitor.ts'

/** The answer to a request for the health of a process. */
export interface HealthAnswer {
  /** Status of HTTP. */
  readonly status: 200 | 503
  readonly headers: Readonly<Record<string, string>>
  /** To be sent as JSON. */
  readonly body: { readonly status: string } & Partial<Omit<Health, 'status'>>
}

/** Settings of {@link healthAnswer}. */
export interface HealthAnswerSettings {
  /**
   * True for an operator, who sees reasons, pools, servers, ages of secrets and certificates. Default: false; anybody else sees
   * the status alone.
   */
  readonly details?: boolean
}

/**
 * Returns the answer to a request for the health of a process, for a route of any server.
 *
 * `live` is 200 while the process answers: a database that is away is no reason to restart it. `ready` is 200 while its
 * pools lend sessions, and 503 while the primary's does not; a full pool is no reason for a 503. However many requests there
 * are, a pool is probed once a second.
 *
 * @param monitor The result of `monitor()`.
 * @param question `live` or `ready`.
 * @throws {@link ConfigurationError} `CONFIGURATION` for another question, or something else than a monitor.
 *
 * @example
 * import { healthAnswer, monitor, secureConfig } from '@verifull/pg'
 * import pg from 'pg'
 *
 * const pool = new pg.Pool(secureConfig())
 * const { status, body } = await healthAnswer(monitor(pool), 'ready')
 * console.log(status, body) // 200 { status: 'ready' }
 * await pool.end()
 */
export async function healthAnswer(
  monitor: Monitor,
  question: 'live' | 'ready',
  { details = false }: HealthAnswerSettings = {},
): Promise<HealthAnswer> {
  if (typeof monitor?.health !== 'function') {
    throw wrongArgument('healthAnswer', 'monitor', `must be the result of monitor(), not ${kindOf(monitor)}`)
  }
  if (question === 'live') return { status: 200, headers: HEADERS, body: { status: 'live' } }
  if (question !== 'ready') {
    const given = typeof question === 'string' ? quote(question) : kindOf(question)
    throw wrongArgument('healthAnswer', 'question', `must be live or ready, not ${given}`)
  }
  const { status, ...more } = await monitor.health()
  const isDown = status === 'down'
  const body = details ? { status, ...more } : { status: isDown ? 'down' : 'ready' }
  return { status: isDown ? 503 : 200, headers: isDown ? { ...HEADERS, 'retry-after': '1' } : HEADERS, body }
}

const HEADERS = { 'cache-control': 'no-store' }
