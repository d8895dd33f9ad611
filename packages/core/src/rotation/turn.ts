import type { Login } from '../auth/authenticate.ts'
import type { ServerError } from '../errors/server-error.ts'

/** A connection's turn to log in. */
export interface Turn {
  readonly login: Login
  /** The database that the secret names. */
  readonly database: string | undefined
  /** Aborts when the connection is to be replaced. */
  readonly retired: AbortSignal
  /** The server let it in. */
  accepted(): void
  /** The server refused it: another secret is looked for. */
  refused(refusal: ServerError): void
  /** The connection is through, or has failed: who waits may try. */
  over(): void
  /** Whether it is worth trying again, once that is known; where it is not, the refusal is told why. */
  another(signal: AbortSignal): Promise<boolean>
}

/** The turn of who has no password: there is none that could change, and nobody has to wait. */
export function turnWithoutPassword(login: Login): Turn {
  const retired = new AbortController().signal
  return { login, database: undefined, retired, accepted() {}, refused() {}, over() {}, another: async () => false }
}
