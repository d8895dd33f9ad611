import { causesOf, codeOf, propertyOf, textOf } from './causes.ts'
import type { Refusal, RefusalReason } from './refusal.ts'
import { REASON_OF_CODE, REASON_OF_CODE_PATTERN, REASON_OF_MESSAGE } from './refusal-signs.ts'

/**
 * Classifies an error of a client for Node by reason.
 *
 * Recognises Verifull's errors (by `code`, so that a second copy of the package makes no difference), the server's by
 * SQLSTATE, Node's TLS and system errors, and pg's messages without a code. Errors wrapped by an ORM are found in
 * `cause`, `original`, `parent`, `driverError` and `errors`.
 *
 * @example
 * console.log(refusalOf(Object.assign(new Error('no'), { code: '28P01' })).reason) // password
 */
export function refusalOf(error: unknown): Refusal {
  const errors = causesOf(error)
  const reason = firstOf(errors, reasonOfCode) ?? firstOf(errors, reasonOfMessage) ?? 'unknown'
  return { reason, message: String(error) }
}

type Reading = (error: object) => RefusalReason | undefined

function firstOf(errors: readonly object[], read: Reading): RefusalReason | undefined {
  for (const error of errors) {
    const reason = read(error)
    if (reason !== undefined) return reason
  }
  return undefined
}

const reasonOfCode: Reading = (error) => {
  const code = codeOf(error)
  if (code === 'CONFIGURATION') return configurationReason(error)
  // A file that cannot be opened is a wrong setting; a socket that cannot be opened is a network error.
  if (textOf(error, 'syscall') === 'open') return 'config'
  return REASON_OF_CODE[code] ?? REASON_OF_CODE_PATTERN.find(([pattern]) => pattern.test(code))?.[1]
}

const reasonOfMessage: Reading = (error) => {
  const message = textOf(error, 'message')
  return REASON_OF_MESSAGE.find(([pattern]) => pattern.test(message))?.[1]
}

/** libpq's reason for a wrong setting, by parameter. */
function configurationReason(error: object): RefusalReason {
  const [problem] = [propertyOf(error, 'problems')].flat()
  const parameter = typeof problem === 'object' && problem !== null ? propertyOf(problem, 'parameter') : undefined
  const message = typeof problem === 'object' && problem !== null ? textOf(problem, 'message') : ''
  if (parameter === 'sslrootcert') {
    if (/no such file|missing|does not exist/.test(message)) return 'no-root'
    return /not|cannot/.test(message) ? 'bad-root' : 'config'
  }
  if (parameter === 'sslkey' && /group or world|others|permission/.test(message)) return 'key-permissions'
  return parameter === 'sslcert' || parameter === 'sslkey' ? 'client-certificate' : 'config'
}
