import { CredentialsError } from '../errors/credentials-error.ts'
import { VerifullError } from '../errors/verifull-error.ts'
import type { ReportedFailure } from '../events/reported-failure.ts'
import { kindOf } from '../text/record.ts'

/**
 * Returns the class and the code of an error of foreign code: `AxiosError ECONNREFUSED`. Its text, its other properties
 * and its causes may quote the secret: the answer of a store, a request with its headers.
 */
export function kindOfError(error: unknown): string {
  const words = [wordOf(error, 'name', /^\w{0,60}(Error|Exception)$/), wordOf(error, 'code', /^[A-Z][A-Z0-9_]{1,39}$/)]
  return words.filter((word) => word !== undefined).join(' ') || kindOf(error)
}

/**
 * Returns a property only if it looks like the name of a class or a code: any other text may be a piece of a secret.
 */
function wordOf(error: unknown, property: 'name' | 'code', pattern: RegExp): string | undefined {
  if (!(error instanceof Error)) return undefined
  try {
    const text = (error as NodeJS.ErrnoException)[property]
    return typeof text === 'string' && pattern.test(text) ? text : undefined
  } catch {
    return undefined // a getter that throws
  }
}

/** Makes an error to stand as a cause in place of a foreign one. */
export function standIn(error: unknown): Error {
  return new Error(`${kindOfError(error)}; its message is not shown, as it may quote the secret`)
}

/** Returns the same failure without foreign errors among its causes. */
export function withoutForeignCauses(error: CredentialsError): CredentialsError {
  if (error.cause === undefined) return error
  const { code, message, retryable, place } = error
  return new CredentialsError(code, message, retryable, safeCause(error.cause), place)
}

/** Most causes to follow; an error may be its own cause. */
const DEEPEST = 8

function safeCause(cause: unknown, depth = 0): unknown {
  if (depth > DEEPEST) return undefined
  if (cause instanceof AggregateError) return new AggregateError(cause.errors.map((one) => safeCause(one, depth + 1)))
  if (cause instanceof CredentialsError) {
    if (cause.cause === undefined) return cause
    const { code, message, retryable, place } = cause
    return new CredentialsError(code, message, retryable, safeCause(cause.cause, depth + 1), place)
  }
  return VerifullError.isInstance(cause) && cause.cause === undefined ? cause : standIn(cause)
}

/** Returns the plain data of a failure, without its causes. */
export function reportedFailure(error: unknown): ReportedFailure {
  if (VerifullError.isInstance(error)) return { name: error.name, code: error.code, message: error.message }
  return { name: 'Error', code: 'UNKNOWN', message: kindOfError(error) }
}
