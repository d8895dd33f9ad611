import { endsBy } from '../../credentials/closing.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import type { Variables } from '../../system/process-facts.ts'
import { type KvPath, kvPathOf } from './kv-path.ts'
import { VaultSession } from './session.ts'
import type { VaultSettings } from './settings.ts'
import { resolveVault } from './variables.ts'

/** Location of a secret in a key-value engine. */
export interface VaultKvPath extends VaultSettings {
  /** Path as for `vault kv get` (`secret/app/production`) or as in the API (`secret/data/app/production`). */
  readonly path: string
}

/**
 * Makes the function that reads the secret: the result of `read` for its fields, and the version that version 2 of the
 * engine gives.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` without an address or a login.
 */
export function kvSecret<T extends object>(
  settings: VaultKvPath,
  variables: Variables,
  read: (fields: unknown, place: SecretLocation) => T,
): (signal: AbortSignal) => Promise<T & { readonly version?: string }> {
  if (typeof settings.path !== 'string' || settings.path === '') {
    const message = 'path is not the path of a secret of Vault; give it as secret/app/production'
    throw new ConfigurationError([problemWith('path', message)])
  }
  const path = settings.path.split('/').filter(Boolean).join('/')
  const place: SecretLocation = { store: 'Vault', secret: path }
  const session = new VaultSession(resolveVault(settings, variables), place)
  /** The location at which the secret was found last. */
  let found: KvPath | undefined

  const readAt = async (at: KvPath, signal: AbortSignal) => {
    const { data } = await session.read(at.path, signal)
    const { data: fields, metadata } = (data ?? {}) as { data?: unknown; metadata?: { version?: unknown } }
    const secret = read(at.version === 2 ? fields : data, place)
    found = at
    return typeof metadata?.version === 'number' && at.version === 2
      ? { ...secret, version: String(metadata.version) }
      : secret
  }

  const ask = async (signal: AbortSignal) => {
    const known = found
    if (!known) return await readAt(await kvPathOf(session, path, signal), signal)
    try {
      return await readAt(known, signal)
    } catch (error) {
      // A store that is slow or down has not moved the secret; an upgrade of the engine to version 2 has.
      if (error instanceof CredentialsError && error.retryable) throw error
      found = undefined
      const at = await kvPathOf(session, path, signal)
      if (at.path === known.path) throw error
      return await readAt(at, signal)
    }
  }
  return endsBy(ask, () => session.close())
}
