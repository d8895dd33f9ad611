import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'

/** Explains what a client of AWS threw. Only the class of the error is shown: a message may have any input in it. */
export function awsFailure(error: unknown, place: SecretPlace, action: string): CredentialsError {
  if (error instanceof CredentialsError) return error
  const { name = '', code = '' } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  const word = /^[A-Za-z]\w{0,60}$/.test(name) ? name : 'unknown error'
  const told = (what: string) => `secret "${place.secret}" of ${place.store} ${what} (${word})`
  const failure = (check: CredentialsError['code'], message: string, retryable: boolean) =>
    new CredentialsError(check, message, retryable, undefined, place)
  if (NOT_FOUND.test(name)) {
    return failure('CREDENTIALS_NOT_FOUND', `${told('does not exist')}; check its name and AWS_REGION`, false)
  }
  if (DENIED.test(name)) {
    return failure(
      'CREDENTIALS_DENIED',
      `${told('may not be read')}; allow ${action} (and kms:Decrypt for its key)`,
      false,
    )
  }
  if (NO_IDENTITY.test(name)) {
    const fix = 'give the process a role, or check its credentials and clock'
    return failure('CREDENTIALS_DENIED', `${told('cannot be asked for: AWS does not know who asks')}; ${fix}`, false)
  }
  if (SETTINGS.test(name)) {
    return failure(
      'CREDENTIALS_INVALID',
      `${told('cannot be asked for')}; check its name, its stage and AWS_REGION`,
      false,
    )
  }
  const why = /^E[A-Z]+$/.test(code) ? ` (${code})` : ''
  return failure('CREDENTIALS_UNAVAILABLE', `${told('cannot be read now')}${why}; it is asked again`, true)
}

const NOT_FOUND = /^(ResourceNotFound|ParameterNotFound|ParameterVersionNotFound)(Exception)?$/
const DENIED = /^(AccessDenied|KMSAccessDenied|DecryptionFailure|UnauthorizedOperation|InvalidKeyId)(Exception)?$/
const NO_IDENTITY =
  /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId|InvalidToken|IncompleteSignature|TokenRefreshRequired|SignatureDoesNotMatch)(Error|Exception)?$/
const SETTINGS = /^(InvalidParameter|InvalidRequest|Validation|InvalidParameterValue)(Exception)?$/
