/** A piece of work of a writer: a transaction with one row of the ledger. */
export interface Write {
  /** Its number in the ledger. */
  readonly entry: number
  /** Time at which a connection was asked for, of {@link instant}. */
  readonly askedAt: number
  /** Time of its end. */
  readonly at: number
  /** Time until its connection was lent, in ms; absent if none was. */
  readonly waitMs?: number
  /** The failure; absent if the write was acknowledged. */
  readonly failure?: Failure
}

/** An error as plain data, which passes between processes. */
export interface Failure {
  /** SQLSTATE or the code of Node; absent where the error has none. */
  readonly code?: string
  /** The first line of its message. */
  readonly message: string
}

/** The present time in ms since the epoch. It goes on evenly where the clock is set, and is the same in all processes. */
export function instant(): number {
  return performance.timeOrigin + performance.now()
}

/** The error of a driver, or the one that an ORM wraps, as plain data. */
export function failureOf(error: unknown): Failure {
  const { code, message, parent } = error as NodeJS.ErrnoException & { readonly parent?: NodeJS.ErrnoException }
  const found = code ?? parent?.code
  return { message: String(message).split('\n', 1)[0] ?? '', ...(found !== undefined && { code: String(found) }) }
}

/** Code and message in one line. */
export function wordsOf({ code, message }: Failure): string {
  return code === undefined ? message : `${code} ${message}`
}

/** Codes and words of the end of a session: of one that was lent, where its BEGIN fails with them. */
const SESSION_ENDED =
  /57P0[12]|ECONNRESET|EPIPE|connection terminated|terminating connection|is not queryable|database removed/i

/** True if the error is the end of a session. */
export function isSessionEnd(failure: Failure): boolean {
  return SESSION_ENDED.test(wordsOf(failure))
}

/** True if a write had a connection, whether it failed or not. */
export function wasLent({ waitMs, failure }: Write): boolean {
  return waitMs !== undefined || (failure !== undefined && isSessionEnd(failure))
}
