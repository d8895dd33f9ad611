import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'

/** The status that the store answered with; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  const { response } = (typeof error === 'object' && error !== null ? error : {}) as {
    response?: { statusCode?: unknown }
  }
  return typeof response?.statusCode === 'number' ? response.statusCode : undefined
}

/** Explains what node-vault threw. Its messages are the store's own words about the request; they are not shown. */
export function vaultFailure(error: unknown, place: SecretPlace): CredentialsError {
  if (error instanceof CredentialsError) return error
  const status = statusOf(error)
  const told = (what: string) => `secret "${place.secret}" of ${place.store} ${what}`
  const failure = (check: CredentialsError['code'], message: string, retryable: boolean) =>
    new CredentialsError(check, message, retryable, undefined, place)
  switch (status) {
    case 400:
      return failure(
        'CREDENTIALS_INVALID',
        `${told('cannot be asked for (400)')}; check its path and the namespace`,
        false,
      )
    case 403:
      return failure(
        'CREDENTIALS_DENIED',
        `${told('may not be read (403)')}; check the token, its policy, VAULT_NAMESPACE, and whether the token has expired`,
        false,
      )
    case 404:
      return failure(
        'CREDENTIALS_NOT_FOUND',
        `${told('does not exist (404)')}; check its path and VAULT_NAMESPACE`,
        false,
      )
    case undefined: {
      const { code = '' } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException
      const why = /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'no answer'
      const certificate = /CERT|ISSUER|SELF_SIGNED|ALTNAME/.test(code)
      const fix = certificate ? 'set VAULT_CACERT to the CA of the store' : 'it is asked again'
      return failure('CREDENTIALS_UNAVAILABLE', `${told(`cannot be read now (${why})`)}; ${fix}`, !certificate)
    }
    default:
      return failure(
        'CREDENTIALS_UNAVAILABLE',
        `${told(`cannot be read now (${STATES[status] ?? status})`)}; it is asked again`,
        true,
      )
  }
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
