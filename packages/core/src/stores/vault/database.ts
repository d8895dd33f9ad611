import { endsBy } from '../../credentials/closing.ts'
import type { Credentials, CredentialsProvider, CredentialsRequest } from '../../credentials/credentials.ts'
import { retried } from '../../credentials/retried.ts'
import { checkedSettings } from '../../errors/argument.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import { environmentOf } from '../../system/environment.ts'
import { backoffMs } from '../../time/backoff.ts'
import { abortable } from '../../time/deadline.ts'
import { singleFlight } from '../../time/single-flight.ts'
import { credentialsInFields } from '../secret-fields.ts'
import { VaultLease } from './lease.ts'
import { VaultSession } from './session.ts'
import { VAULT_KINDS, type VaultSettings } from './settings.ts'
import { resolveVault } from './variables.ts'

/** Role of a database engine: a dynamic one or a static one. */
export interface VaultDatabaseSettings extends VaultSettings {
  /** A dynamic role, for which the engine makes a new user. */
  readonly role?: string
  /** A static role, whose password the engine rotates. */
  readonly staticRole?: string
  /** Path of the engine. Default `database`. */
  readonly mount?: string
}

/**
 * Reads credentials from the database engine of Vault or OpenBao, through the optional peer `node-vault`.
 *
 * The lease of a dynamic role is renewed in the background, with the token that owns it. Before it ends for good, by
 * its `max_ttl` or with its token, another user is made, and connections of the old one are replaced. The password of a
 * static role is read again when its rotation is due.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` without an address or a login, or if not exactly one role is
 * named; {@link CredentialsError} from the provider, with the codes of `vaultKv`.
 * @see https://openbao.org/docs/secrets/databases/
 *
 * @example
 * const address = 'https://vault.example'
 * const secrets = vaultDatabase({ address, role: 'orders', auth: { method: 'token', token: { file: 'token' } } })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', secrets } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function vaultDatabase(
  settings: VaultDatabaseSettings,
  variables = environmentOf().variables,
): CredentialsProvider {
  const {
    role,
    staticRole,
    mount = 'database',
    ...vault
  } = checkedSettings(settings, 'vaultDatabase', {
    ...VAULT_KINDS,
    role: 'text',
    staticRole: 'text',
    mount: 'text',
  })
  if ((role === undefined) === (staticRole === undefined)) {
    const message = 'vaultDatabase takes either role or staticRole; give one of them'
    throw new ConfigurationError([problemWith('role', message)])
  }
  const path = staticRole === undefined ? `${mount}/creds/${role}` : `${mount}/static-creds/${staticRole}`
  const place: SecretLocation = { store: 'Vault', secret: path }
  const session = new VaultSession(resolveVault(vault, variables), place)
  return retried(staticRole === undefined ? dynamicRole(session, place) : fixedRole(session, place))
}

/** Limit of making a user, in milliseconds. */
const ISSUE_MS = 10_000
/** Age from which a user counts as accepted, in milliseconds: a later rejection has another reason. */
const SETTLED_MS = 30_000

function dynamicRole(session: VaultSession, place: SecretLocation): CredentialsProvider {
  let lease: VaultLease | undefined
  let refusals = 0
  let quietUntil = 0

  const replace = singleFlight(async (): Promise<VaultLease> => {
    const owned = await session.readOwned(place.secret, AbortSignal.timeout(ISSUE_MS))
    const last = lease
    lease = new VaultLease(session, owned, credentialsInFields(owned.answer.data, place), replace)
    last?.retire()
    return lease
  })
  /** A server that rejects every user, such as a lagging standby, must not cause new ones without end. */
  const mayReplaceRefused = (refused: VaultLease): boolean => {
    const now = performance.now()
    if (now < quietUntil) return false
    refusals = now - refused.issuedAt > SETTLED_MS ? 1 : refusals + 1
    quietUntil = now + backoffMs(refusals)
    return true
  }
  const provider: CredentialsProvider = async ({ signal, rejected = [] }) => {
    const known = lease
    const refused = known && rejected.some(({ user }) => user === known.user)
    // Operators may revoke leases at any rate.
    const over = refused && (mayReplaceRefused(known) || (await known.isRevoked(signal)))
    const isGood = lease && !lease.isRetired && !(over && lease === known)
    return (lease && isGood ? lease : await abortable(replace(), signal)).use()
  }
  return endsBy(provider, async () => {
    await replace.settled()
    const last = lease
    lease = undefined
    await last?.close()
    await session.close()
  })
}

/**
 * Reads a static role. `ttl` is the time to its next rotation, in seconds; the engine checks for due ones every 5 s.
 */
function fixedRole(session: VaultSession, place: SecretLocation): CredentialsProvider {
  const provider = async ({ signal }: CredentialsRequest): Promise<Credentials> => {
    const { data } = await session.read(place.secret, signal)
    const { ttl, last_vault_rotation: rotated } = data ?? {}
    const version = typeof rotated === 'string' && rotated !== '' ? { version: rotated } : {}
    const refreshAt = typeof ttl === 'number' ? { refreshAt: new Date(Date.now() + ttl * 1000 + 500) } : {}
    return { ...credentialsInFields(data, place), ...version, ...refreshAt }
  }
  return endsBy(provider, () => session.close())
}
