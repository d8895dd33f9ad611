import { CredentialsError, type SecretPlace } from '../../errors/credentials-error.ts'
import { printable } from '../../text/printable.ts'

/** What node-vault throws where the store answered with another status than 200. */
interface Refusal {
  readonly statusCode: number
  readonly body: unknown
}

/** The status that the store answered with; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return refusalIn(error)?.statusCode
}

/** Whether the store has understood the question and said no, for good. */
export function isRefused(error: unknown): boolean {
  return [400, 403, 404].includes(statusOf(error) ?? 0)
}

/** Explains what node-vault threw. Its messages are the store's own words about the request; they are not shown. */
export function vaultFailure(error: unknown, place: SecretPlace): CredentialsError {
  if (error instanceof CredentialsError) return error
  const refusal = refusalIn(error)
  if (!refusal) return unreachable(error, place)
  const { statusCode: status, body } = refusal
  if (typeof body === 'string' && body !== '') return notVault(place, status)
  if (status === 400 && isUpgrading(body)) {
    const what = 'cannot be read now (400, its engine is being upgraded to version 2); it is asked again'
    return failure('CREDENTIALS_UNAVAILABLE', what, place)
  }
  const [code, what, fix] = REFUSALS[status] ?? [
    'CREDENTIALS_UNAVAILABLE',
    `cannot be read now (${STATES[status] ?? status})`,
    'it is asked again; the log of the store has the reason',
  ]
  const deleted = status === 404 && isDeleted(body)
  const told = deleted
    ? 'has been deleted in its newest version (404); undelete it, or write it anew'
    : `${what}; ${fix}`
  return failure(code, told, place)
}

/** A web page, an error of a proxy's. */
export function notVault(place: SecretPlace, status = 200): CredentialsError {
  return failure(
    'CREDENTIALS_UNAVAILABLE',
    `cannot be read: what answers there (${status}) is no Vault; ${ADDRESS}`,
    place,
  )
}

const ADDRESS = 'correct VAULT_ADDR'

const REFUSALS: Readonly<Record<number, readonly [CredentialsError['code'], string, string]>> = {
  400: ['CREDENTIALS_INVALID', 'cannot be asked for (400)', 'check its path and the name of the role'],
  403: [
    'CREDENTIALS_DENIED',
    'may not be read (403)',
    'check the policy of the token, whether it has expired, and VAULT_NAMESPACE',
  ],
  404: ['CREDENTIALS_NOT_FOUND', 'does not exist (404)', 'check its path and VAULT_NAMESPACE'],
  405: ['CREDENTIALS_INVALID', 'cannot be asked for (405)', 'check its path'],
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      status,
      [
        'CREDENTIALS_UNAVAILABLE',
        `cannot be read here (${status}, a redirect)`,
        'the token is sent nowhere else: set VAULT_ADDR to the active node, or to a name that leads to it',
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

function unreachable(error: unknown, place: SecretPlace): CredentialsError {
  const { code = '' } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
  const why = typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'no answer'
  const fix = /CERT|ISSUER|SELF_SIGNED|ALTNAME|VERIFY/.test(why) ? certificateFix(why) : undefined
  const message = `cannot be read now (${why}); ${fix ?? 'it is asked again'}`
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
  place: SecretPlace,
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

/** For a moment after `kv enable-versioning`, and after an engine of version 2 was made. */
function isUpgrading(body: unknown): boolean {
  const { errors } = (body ?? {}) as { errors?: unknown }
  const text = Array.isArray(errors) ? errors[0] : undefined
  return typeof text === 'string' && text.startsWith('Upgrading from non-versioned to versioned data.')
}

/** A version that is deleted or destroyed leaves its metadata. */
function isDeleted(body: unknown): boolean {
  const { data } = (body ?? {}) as { data?: { metadata?: { deletion_time?: unknown; destroyed?: unknown } } | null }
  return Boolean(data?.metadata?.deletion_time || data?.metadata?.destroyed)
}
