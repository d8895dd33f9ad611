import { type CredentialsCheck, CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { printable } from '../../text/printable.ts'

/** Explains an error of an AWS client. Only its class is shown: its message may quote any input. */
export function awsFailure(error: unknown, place: SecretLocation, action: string): CredentialsError {
  if (error instanceof CredentialsError) return error
  const { name = '', code = '', message = '', $metadata } = (error instanceof Error ? error : {}) as AwsError
  const status = $metadata?.httpStatusCode
  const { check, what, fix } = FAILURES.find(({ names }) => names.test(name)) ?? otherFailure(code, message, status)
  const word = [code, name].find((one) => /^[A-Za-z]\w{0,60}$/.test(one)) ?? 'unknown error'
  const told = `secret "${printable(place.secret)}" of ${place.store} ${what} (${word}); ${fix.replace('ACTION', action)}`
  return new CredentialsError(check, told, check === 'CREDENTIALS_UNAVAILABLE', undefined, place)
}

interface AwsError extends NodeJS.ErrnoException {
  readonly $metadata?: { readonly httpStatusCode?: number }
}

interface Failure {
  readonly check: CredentialsCheck
  readonly what: string
  readonly fix: string
}

const WRONG: Failure = {
  check: 'CREDENTIALS_INVALID',
  what: 'cannot be read: AWS rejected the request',
  fix: 'check its name, its stage and AWS_REGION, and that it is not marked for deletion',
}
const NO_REGION: Failure = {
  check: 'CREDENTIALS_INVALID',
  what: 'cannot be read: no AWS region is configured, or there is none of that name',
  fix: 'set AWS_REGION',
}
const UNTRUSTED: Failure = {
  check: 'CREDENTIALS_DENIED',
  what: 'cannot be read: the certificate of the AWS endpoint is not trusted',
  fix: 'where a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the CA of the proxy',
}
const UNKNOWN_HOST: Failure = {
  check: 'CREDENTIALS_UNAVAILABLE',
  what: 'cannot be read now: the host name of the AWS endpoint cannot be resolved',
  fix: 'the request is retried; check AWS_REGION, and DNS',
}
const DOWN: Failure = { check: 'CREDENTIALS_UNAVAILABLE', what: 'cannot be read now', fix: 'the request is retried' }

/** Failures by the SDK's names of errors, with and without `Exception`. */
const FAILURES: readonly (Failure & { readonly names: RegExp })[] = [
  {
    names: /^(ResourceNotFound|ParameterNotFound|ParameterVersionNotFound)/,
    check: 'CREDENTIALS_NOT_FOUND',
    what: 'does not exist',
    fix: 'check its name, its stage and AWS_REGION',
  },
  {
    names: /^(AccessDenied|NotAuthorized|UnauthorizedOperation|DecryptionFailure|InvalidKeyId|KMS)/,
    check: 'CREDENTIALS_DENIED',
    what: 'cannot be read: access denied',
    fix: 'allow ACTION on it, and kms:Decrypt on its key',
  },
  {
    names: /^(ExpiredToken|TokenRefreshRequired)/,
    check: 'CREDENTIALS_DENIED',
    what: 'cannot be read: the AWS credentials of this process have expired',
    fix: 'sign in again, or give the process a role, whose credentials are renewed',
  },
  {
    names:
      /^(InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)/,
    check: 'CREDENTIALS_DENIED',
    what: 'cannot be read: AWS rejected the signature of the request',
    fix: "check this machine's clock, and AWS_SECRET_ACCESS_KEY",
  },
  {
    names: /^(CredentialsProvider|TokenProvider)/,
    check: 'CREDENTIALS_DENIED',
    what: 'cannot be read: this process has no AWS credentials',
    fix: 'give it a role, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  },
  {
    names: /^(UnrecognizedClient|InvalidClientTokenId|InvalidToken|InvalidAccessKeyId|MissingAuthenticationToken)/,
    check: 'CREDENTIALS_DENIED',
    what: 'cannot be read: AWS does not recognize the credentials',
    fix: 'check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or AWS_PROFILE',
  },
  {
    names: /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/,
    check: 'CREDENTIALS_UNAVAILABLE',
    what: 'cannot be read now: AWS throttles the requests',
    fix: 'the request is retried; keep secrets in the cache for longer (SECRETS_CACHE_TTL), or raise the quota',
  },
  { names: /^(InvalidParameter|InvalidRequest|Validation)/, ...WRONG },
  {
    names: /^(Type|Reference)Error$/,
    check: 'CREDENTIALS_PROVIDER',
    what: 'cannot be read: the AWS SDK, or the client that was given, threw an error of its own',
    fix: 'update the package of the SDK, or correct the client',
  },
]

/** Explains an error whose name is not in the list. */
function otherFailure(code: string, message: string, status = 500): Failure {
  if (/CERT|ISSUER|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code)) return UNTRUSTED
  if (code === 'ENOTFOUND') return UNKNOWN_HOST
  if (/^Region (is missing|not accepted)/.test(message)) return NO_REGION
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? WRONG : DOWN
}
