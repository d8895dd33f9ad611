import type { Credentials, CredentialsProvider, CredentialsRequest } from '../credentials/credentials.ts'
import { retried } from '../credentials/retried.ts'
import type { SecretPlace } from '../errors/credentials-error.ts'
import { credentialsInFields } from './secret-fields.ts'
import { VaultLease } from './vault-lease.ts'
import { VaultSession } from './vault-session.ts'
import type { VaultSettings } from './vault-settings.ts'
import { resolveVault } from './vault-variables.ts'

/** Which role of a database engine to log in with. */
export interface VaultDatabaseSettings extends VaultSettings {
  /** A dynamic role, for which the engine makes a user of our own. */
  readonly role?: string
  /** A static role, whose password the engine rotates. */
  readonly staticRole?: string
  /** The path of the engine. Default `database`. */
  readonly mount?: string
}

/**
 * Gets credentials from the database engine of Vault or OpenBao, through the optional peer `node-vault`.
 *
 * The lease of a dynamic role is renewed in the background, with the token that owns it. Before it ends for good, by its
 * `max_ttl` or with its token, another user is made, and connections of the old one are replaced. The password of a static
 * role is read again when its rotation is due.
 *
 * @throws {@link ConfigurationError} where no address or no way to log in is configured; {@link CredentialsError} from the
 *   provider, as `vaultKv`.
 * @see https://openbao.org/docs/secrets/databases/
 *
 * @example
 * const address = 'https://vault.example'
 * const secrets = vaultDatabase({ address, role: 'orders', auth: { method: 'token-file', path: 'token' } })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', secrets } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function vaultDatabase(settings: VaultDatabaseSettings): CredentialsProvider {
  const { mount = 'database', role, staticRole } = settings
  const path = staticRole === undefined ? `${mount}/creds/${role}` : `${mount}/static-creds/${staticRole}`
  const place: SecretPlace = { store: 'Vault', secret: path }
  const { auth, ...resolved } = resolveVault(settings)
  const session = new VaultSession(resolved, auth, place)
  return retried(staticRole === undefined ? dynamicRole(session, path, place) : fixedRole(session, path, place))
}

function dynamicRole(session: VaultSession, path: string, place: SecretPlace): CredentialsProvider {
  const issue = async (signal: AbortSignal): Promise<VaultLease> => {
    const answer = await session.read(path, signal)
    return new VaultLease(session, answer, credentialsInFields(answer.data, place), successor)
  }
  let lease: VaultLease | undefined
  /** Makes the next user before the last one's lease ends, so that no connection has to wait for it. */
  const successor = async (signal: AbortSignal): Promise<void> => {
    lease = await issue(signal)
  }
  return async ({ signal, rejected = [] }: CredentialsRequest) => {
    const present = lease
    const refused = present && rejected.some(({ user }) => user === present.credentials.user)
    if (present && !refused && !present.credentials.retired?.aborted) return present.credentials
    lease = await issue(signal)
    return lease.credentials
  }
}

/** `ttl` is how long it is to the next rotation, in seconds; the engine looks every 5 s what is due. */
function fixedRole(session: VaultSession, path: string, place: SecretPlace): CredentialsProvider {
  return async ({ signal }): Promise<Credentials> => {
    const { data } = await session.read(path, signal)
    const { ttl, last_vault_rotation: rotated } = (data ?? {}) as { ttl?: unknown; last_vault_rotation?: unknown }
    const version = typeof rotated === 'string' ? { version: rotated } : {}
    const refreshAt = typeof ttl === 'number' ? { refreshAt: new Date(Date.now() + ttl * 1000 + 500) } : {}
    return { ...credentialsInFields(data, place), ...version, ...refreshAt }
  }
}
