import { ConnectError } from '../errors/connect-error.ts'
import { ServerError } from '../errors/server-error.ts'
import { poolerErrorOf } from '../retry/pooler-errors.ts'

/** Codes of failures that end by themselves: nothing listens, the network, a server that starts, stops or is full. */
const TRANSIENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET'],
  ...['WRONG_ROLE', 'CIRCUIT_OPEN', 'SERVER_FAILURE'],
  ...['57P01', '57P02', '57P03', '53300', '08006'],
])

/** Codes of the transient failures that a server reports itself: it is there, and will be ready. */
export const ANSWERED: readonly string[] = ['57P01', '57P02', '57P03', '53300', '08006']

/** True for a failure that may be over soon, whichever server had it; never for one of authentication or verification. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ServerError && poolerErrorOf(error)) return true
  if (!(error instanceof ServerError || error instanceof ConnectError || isOfTheSystem(error))) return false
  return TRANSIENT.has(String((error as NodeJS.ErrnoException).code))
}

/** Routines of PostgreSQL that check the limits of one role and of one database. */
const LIMITS_OF_ONE = ['InitializeSessionUserId', 'CheckMyDatabase']

/**
 * True if the failure concerns one user and database: they have all their connections and the server has room for others, or a
 * pooler tells of the server behind it, which may be another for another database. PostgreSQL alone names its routines.
 */
export function isOfOneLogin(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false
  const { routine } = error.fields
  return routine === undefined || LIMITS_OF_ONE.includes(routine)
}

/** True for the error of a whole round, one of whose attempts may succeed soon and none of which forbids another. */
export function isTransientRound(error: unknown): boolean {
  if (isTransient(error)) return true
  // The last host has no address, and an earlier one is only away.
  const mayPass = error instanceof ConnectError && error.code === 'ENOTFOUND'
  return mayPass && error.attempts.some(({ code }) => TRANSIENT.has(code))
}

function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
