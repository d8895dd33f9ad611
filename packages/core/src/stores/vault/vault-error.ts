import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { printable } from '../../text/printable.ts'

/** The error that node-vault throws for a status other than 200. */
interface Refusal {
  readonly statusCode: number
  readonly body: unknown
}

/** Returns the status of the store's answer; undefined without an answer. */
export function statusOf(error: unknown): number | undefined {
  return refusalIn(error)?.statusCode
}

/** True for a rejection that a retry does not change. */
export function isRefused(error: unknown): boolean {
  return [400, 403, 404].includes(statusOf(error) ?? 0)
}

/** Explains an error of node-vault. Its messages quote the store's words about the request, and are not shown. */
export function vaultFailure(error: unknown, place: SecretLocation): CredentialsError {
  if (error instanceof CredentialsError) return error
  const refusal = refusalIn(error)
  if (!refusal) return unreachable(error, place)
  const { statusCode: status, body } = refusal
  if (typeof body === 'string' && body !== '') return notVault(place, status)
  if (status === 400 && isUpgrading(body)) {
    const what = 'cannot be read now (HTTP 400, its engine is being upgraded to version 2); the request is retried'
    return failure('CREDENTIALS_UNAVAILABLE', what, place)
  }
  const [code, what, fix] = REFUSALS[status] ?? [
    'CREDENTIALS_UNAVAILABLE',
    `cannot be read now (HTTP ${STATES[status] ?? status})`,
    'the request is retried; see the log of Vault',
  ]
  const deleted = status === 404 && isDeleted(body)
  const message = deleted
    ? 'has been deleted in its newest version (HTTP 404); undelete it, or write a new version'
    : `${what}; ${fix}`
  return failure(code, message, place)
}

/** Makes the error for a web page, such as that of a proxy. */
export function notVault(place: SecretLocation, status = 200): CredentialsError {
  return failure(
    'CREDENTIALS_UNAVAILABLE',
    `cannot be read: the response (HTTP ${status}) is not from Vault; check VAULT_ADDR`,
    place,
  )
}

const REFUSALS: Readonly<Record<number, readonly [CredentialsError['code'], string, string]>> = {
  400: [
    'CREDENTIALS_INVALID',
    'cannot be read: the request was rejected (HTTP 400)',
    'check its path and the name of the role',
  ],
  403: [
    'CREDENTIALS_DENIED',
    'cannot be read: permission denied (HTTP 403)',
    'check the policy of the token, whether it has expired, and VAULT_NAMESPACE',
  ],
  404: ['CREDENTIALS_NOT_FOUND', 'does not exist (HTTP 404)', 'check its path and VAULT_NAMESPACE'],
  405: ['CREDENTIALS_INVALID', 'cannot be read: the request was rejected (HTTP 405)', 'check its path'],
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      status,
      [
        'CREDENTIALS_UNAVAILABLE',
        `cannot be read: the response is a redirect (HTTP ${status}), which is not followed, as it would take the token along`,
        'set VAULT_ADDR to the active node, or to a name that leads to it',
      ],
    ]),
  ),
}

/** https://openbao.org/api-docs/system/health/ */
const STATES: Readonly<Record<number, string>> = {
  412: '412, this node does not have the newest state yet',
  429: '429, too many requests, or a standby',
  472: '472, a recovery node',
  473: '473, a performance standby',
  501: '501, not initialized',
  503: '503, sealed',
}

function unreachable(error: unknown, place: SecretLocation): CredentialsError {
  const { code = '' } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  const why = typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'no answer'
  const fix = /CERT|ISSUER|SELF_SIGNED|ALTNAME|VERIFY/.test(why) ? certificateFix(why) : undefined
  const message = fix
    ? `cannot be read: the certificate at VAULT_ADDR failed verification (${why}); ${fix}`
    : `cannot be read now: ${why === 'EMSGSIZE' ? 'the response is too long for Vault' : 'no response from VAULT_ADDR'} (${why}); the request is retried; check VAULT_ADDR, and that Vault is up`
  return failure('CREDENTIALS_UNAVAILABLE', message, place, fix === undefined)
}

function certificateFix(code: string): string {
  if (/ALTNAME/.test(code)) return 'set VAULT_ADDR to a name that stands in the certificate of the store'
  if (/EXPIRED|NOT_YET/.test(code)) return 'renew the certificate of the store, or correct the clock'
  return 'set VAULT_CACERT to the CA of the store'
}

function failure(
  code: CredentialsError['code'],
  what: string,
  place: SecretLocation,
  retryable = code === 'CREDENTIALS_UNAVAILABLE',
): CredentialsError {
  const message = `secret "${printable(place.secret)}" of ${place.store} ${what}`
  return new CredentialsError(code, message, retryable, undefined, place)
}

function refusalIn(error: unknown): Refusal | undefined {
  const { response } = (typeof error === 'object' && error !== null ? error : {}) as { response?: Partial<Refusal> }
  return typeof response?.statusCode === 'number'
    ? { body: undefined, ...response, statusCode: response.statusCode }
    : undefined
}

/** True for a moment after `kv enable-versioning`, and after an engine of version 2 was made. */
function isUpgrading(body: unknown): boolean {
  const { errors } = (body ?? {}) as { errors?: unknown }
  const text = Array.isArray(errors) ? errors[0] : undefined
  return typeof text === 'string' && text.startsWith('Upgrading from non-versioned to versioned data.')
}

/** True for a version that is deleted or destroyed: its metadata remains. */
function isDeleted(body: unknown): boolean {
  const { data } = (body ?? {}) as { data?: { metadata?: { deletion_time?: unknown; destroyed?: unknown } } | null }
  return Boolean(data?.metadata?.deletion_time || data?.metadata?.destroyed)
}
