import type { CredentialsProvider } from '../credentials/credentials.ts'
import { retried } from '../credentials/retried.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'
import { credentialsInFields, type SecretKeys } from './secret-fields.ts'
import { VaultSession } from './vault-session.ts'
import type { VaultAnswer, VaultSettings } from './vault-settings.ts'
import { resolveVault } from './vault-variables.ts'

/** Which secret of a key-value engine to read. */
export interface VaultKvSettings extends VaultSettings {
  /** As `vault kv get` spells it (`secret/app/production`) or as the API does (`secret/data/app/production`). */
  readonly path: string
  /** Default: it is found out. */
  readonly version?: 1 | 2
  /** The names of the secret's fields, where they are not the usual ones. */
  readonly keys?: SecretKeys
}

/**
 * Reads credentials from a key-value engine of Vault or OpenBao, version 1 or 2, through the optional peer `node-vault`.
 *
 * @throws {@link ConfigurationError} where no address or no way to log in is configured; {@link CredentialsError} from the
 *   provider: `CREDENTIALS_NOT_FOUND`, `_DENIED`, `_INVALID`, `_PACKAGE`, and `_UNAVAILABLE` once the time is over.
 * @see https://openbao.org/docs/secrets/kv/
 *
 * @example
 * const address = 'https://vault.example'
 * const secrets = vaultKv({ address, path: 'secret/orders', auth: { method: 'token-file', path: 'token' } })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', secrets } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function vaultKv(settings: VaultKvSettings): CredentialsProvider {
  const path = settings.path.replace(/^\/+|\/+$/g, '')
  const place: SecretPlace = { store: 'Vault', secret: path }
  const { auth, ...resolved } = resolveVault(settings)
  const session = new VaultSession(resolved, auth, place)
  let found: string | undefined

  return retried(async ({ signal }) => {
    const tried: CredentialsError[] = []
    for (const at of found === undefined ? candidates(path, settings.version) : [found]) {
      try {
        const credentials = credentialsIn(await session.read(at, signal))
        found = at
        return credentials
      } catch (error) {
        if (!(error instanceof CredentialsError) || error.retryable) throw error
        tried.push(error)
      }
    }
    throw mostTelling(tried)
  })

  function credentialsIn({ data }: VaultAnswer) {
    const { data: inner, metadata } = (data ?? {}) as { data?: unknown; metadata?: { version?: unknown } }
    const second = metadata !== undefined && typeof metadata === 'object'
    const version = second && metadata?.version !== undefined ? { version: String(metadata.version) } : {}
    return { ...credentialsInFields(second ? inner : data, place, settings.keys), ...version }
  }
}

/** `secret/app` is `secret/data/app` to the API of version 2; a token that may read nothing else tells by what it gets. */
function candidates(path: string, version: 1 | 2 | undefined): readonly string[] {
  const [mount = '', ...rest] = path.split('/')
  const isApi = rest[0] === 'data'
  const asApi = isApi ? path : [mount, 'data', ...rest].join('/')
  // A mount may have a slash in its name: then the second part is the engine's.
  const deeper =
    rest.length > 2 && !path.includes('/data/') ? [[mount, rest[0], 'data', ...rest.slice(1)].join('/')] : []
  if (version === 1) return [path]
  return version === 2 ? [asApi, ...deeper] : [...new Set([asApi, path, ...deeper])]
}

/** Of several refusals: that it may not be read says more than that there is nothing. */
function mostTelling(errors: readonly CredentialsError[]): unknown {
  const order = ['CREDENTIALS_INVALID', 'CREDENTIALS_DENIED', 'CREDENTIALS_NOT_FOUND']
  return [...errors].sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code))[0]
}
