import { VerifullError } from '../errors/verifull-error.ts'
import { poolerErrorOf } from './pooler-errors.ts'

/** Errors of the server after which the whole transaction is rolled back and may succeed when it is run again. */
const ROLLED_BACK: ReadonlySet<unknown> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  'OC000', // Aurora DSQL: the data was changed by another transaction
  'OC001', // Aurora DSQL: the schema was changed by another session
  '25006', // read_only_sql_transaction: the server has become a standby, and the session leaves its pool
])

/** Errors with which a server refuses a session, before any statement. */
const NO_SESSION: ReadonlySet<unknown> = new Set(['53300', '57P03'])

/** Failures of a connection or a checkout that may pass. A certificate, a password or a setting that is wrong stays wrong. */
const PASSING: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'WRONG_ROLE',
  'CIRCUIT_OPEN',
  'POOL_TIMEOUT',
  'POOL_FULL',
])

/** Ends of a checkout without a connection: pg-pool, Sequelize, Knex. */
const NO_CHECKOUT =
  /^(timeout exceeded when trying to connect$|Connection terminated due to connection timeout$|Knex: Timeout acquiring a connection\.)/
const NO_CHECKOUT_NAME = 'SequelizeConnectionAcquireTimeoutError'

/** Properties under which libraries keep the error that they wrap: TypeORM, Sequelize 6, Sequelize 7 and the others. */
const INNER = ['driverError', 'original', 'parent', 'cause'] as const

/**
 * Returns true if nothing of the work that failed with this error has happened, and the same work may succeed when it is run
 * again.
 *
 * True for a transaction that the server rolled back for another one's sake (`40001`, `40P01`, Aurora DSQL's `OC000` and
 * `OC001`), for a write that a standby refused (`25006`), and where there was no connection: the server is full or starting, a
 * pooler had no server in time, the network failed before the login was over, the pool had none in time. False for all other errors, above all for a
 * connection that was lost while a statement ran or a transaction was open: its COMMIT may have been done.
 *
 * @param error An error of pg, TypeORM, Sequelize or Knex, as it was caught.
 *
 * @example
 * console.log(safeToRetry(Object.assign(new Error('deadlock detected'), { code: '40P01' }))) // true
 * console.log(safeToRetry(new Error('Connection terminated unexpectedly'))) // false
 */
export function safeToRetry(error: unknown): boolean {
  const known = new Set<unknown>()
  for (let one = error; isObject(one) && !known.has(one); one = innerOf(one)) {
    known.add(one)
    const { code, name, message } = one
    if (ROLLED_BACK.has(code) || NO_SESSION.has(code)) return true
    if (poolerErrorOf(one)?.means === 'no-server') return true
    if (name === NO_CHECKOUT_NAME || NO_CHECKOUT.test(String(message))) return !isFinal(innerOf(one))
    if (VerifullError.isInstance(one)) return isPassing(one)
  }
  return false
}

interface Caught {
  readonly code?: unknown
  readonly name?: unknown
  readonly message?: unknown
}

function isObject(value: unknown): value is Caught {
  return typeof value === 'object' && value !== null
}

function innerOf(error: object): unknown {
  for (const name of INNER) {
    const inner: unknown = (error as Record<string, unknown>)[name]
    if (isObject(inner)) return inner
  }
  return undefined
}

/** True for a failure before the login was over, or of a secret store, that may pass. */
function isPassing(error: VerifullError): boolean {
  const { retryable } = error as { readonly retryable?: boolean }
  return retryable ?? (/^(Connect|Pool)Error$/.test(error.name) && PASSING.has(error.code))
}

/** True where a checkout failed because of an error that stays. */
function isFinal(cause: unknown): boolean {
  return VerifullError.isInstance(cause) && !isPassing(cause)
}
