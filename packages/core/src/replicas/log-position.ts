import { setTimeout as sleep } from 'node:timers/promises'
import { checkedSettings, checkFunction, wrongArgument } from '../errors/argument.ts'
import { LONGEST_TIMER_MS } from '../time/deadline.ts'
import { positionOf } from './lag-scale.ts'

/** Runs one statement without parameters, and resolves to the answer as the library gives it: rows, or an object with them. */
export type RunStatement = (sql: string) => PromiseLike<unknown>

/** Settings of {@link waitForPosition}. */
export interface WaitSettings {
  /** Longest wait, in milliseconds; 0 only asks. Default 500. */
  readonly timeoutMs?: number
}

const DEFAULT_MS = 500
/** Time between two questions, in ms. */
const EVERY_MS = 10
/** The first version with `WAIT FOR LSN`, as `server_version_num` counts. */
const WAITS_FROM = 190_000

/**
 * Returns the position in the log of the primary that has everything written so far: a token for reads that must see it.
 *
 * It is text such as `16/B374D848`. To be asked after the transaction has been committed, at the primary.
 *
 * @param run Runs a statement on any connection to the primary.
 * @throws the errors of `run`: a standby has no such position (`55000`); {@link ConfigurationError} `CONFIGURATION` if `run`
 *   is no function, or gives no row.
 *
 * @example
 * const position = await writePosition(async (sql) => [{ position: '16/B374D848' }])
 * console.log(position) // 16/B374D848
 */
export async function writePosition(run: RunStatement): Promise<string> {
  checkFunction(run, 'writePosition', 'run')
  const row = firstRow(await run('select pg_catalog.pg_current_wal_insert_lsn()::text as position'))
  const position = String(row?.position)
  if (positionOf(position) === undefined) throw wrongArgument('writePosition', 'run', GIVES_NO_ROW)
  return position
}

/**
 * Waits until the server of a connection shows everything up to a position of {@link writePosition}.
 *
 * It asks every 10 ms; from PostgreSQL 19 on, outside a transaction, one `WAIT FOR LSN` does it. Inside a transaction its
 * isolation must be READ COMMITTED, or the wait changes nothing.
 *
 * @param run Runs a statement on the connection that reads afterwards.
 * @param position The position; text of another form is refused, so it may come from a client.
 * @returns true if the server has reached it; false if the time is over, and the primary is the place to read.
 * @throws the errors of `run`; {@link ConfigurationError} `CONFIGURATION` for arguments that cannot be used.
 *
 * @example
 * const run = async (sql: string) => [{ reached: true }]
 * console.log(await waitForPosition(run, '16/B374D848', { timeoutMs: 200 })) // true
 */
export async function waitForPosition(
  run: RunStatement,
  position: string,
  settings: WaitSettings = {},
): Promise<boolean> {
  checkFunction(run, 'waitForPosition', 'run')
  const { timeoutMs = DEFAULT_MS } = checkedSettings(settings, 'waitForPosition', { timeoutMs: 'number' })
  if (!(timeoutMs <= LONGEST_TIMER_MS)) {
    throw wrongArgument('waitForPosition', 'timeoutMs', `must be at most ${LONGEST_TIMER_MS} milliseconds`)
  }
  if (typeof position !== 'string' || positionOf(position) === undefined) {
    throw wrongArgument('waitForPosition', 'position', 'must be text as writePosition() gives it, such as 16/B374D848')
  }
  const until = performance.now() + timeoutMs
  for (let tries = 0; ; tries++) {
    const row = firstRow(await run(questionOf(position)))
    if (!row || !('reached' in row)) throw wrongArgument('waitForPosition', 'run', GIVES_NO_ROW)
    if (isTrue(row.reached)) return true
    const leftMs = Math.ceil(until - performance.now())
    if (leftMs <= 0) return false
    if (tries === 0 && Number(row.version) >= WAITS_FROM && isTrue(row.alone)) {
      await run(`WAIT FOR LSN '${position}' WITH (MODE 'standby_replay', TIMEOUT '${leftMs}ms', NO_THROW)`)
    } else await sleep(Math.min(EVERY_MS, leftMs))
  }
}

const GIVES_NO_ROW = 'must resolve to the rows of the statement, in a list or in an object with rows'

/** Outside a transaction a statement is one itself, and both began at the same time. */
function questionOf(position: string): string {
  return `select case when pg_catalog.pg_is_in_recovery()
    then coalesce(pg_catalog.pg_last_wal_replay_lsn() >= '${position}'::pg_catalog.pg_lsn, false)
    else pg_catalog.pg_current_wal_insert_lsn() >= '${position}'::pg_catalog.pg_lsn end as reached,
    current_setting('server_version_num') as version, now() = statement_timestamp() as alone`
}

/** `true`, or the text of it where an application parses no types. */
function isTrue(value: unknown): boolean {
  return value === true || value === 't' || value === 'true'
}

/** Returns the first row of a library's answer: `[row]`, `{ rows: [row] }` or `[[row], …]`. */
function firstRow(answer: unknown): Readonly<Record<string, unknown>> | undefined {
  if (Array.isArray(answer)) return firstRow(answer[0])
  if (typeof answer !== 'object' || answer === null) return undefined
  return 'rows' in answer ? firstRow(answer.rows) : (answer as Readonly<Record<string, unknown>>)
}
