import { CredentialsError } from '../../errors/credentials-error.ts'
import type { VaultSession } from './session.ts'

/** API path of a secret in a key-value engine, and the version of the engine. */
export interface KvPath {
  readonly path: string
  readonly version: 1 | 2
}

/**
 * Finds the version of a secret's engine, as the store's command line does: a token that may only read the secret is
 * allowed to request this. Mounts may have slashes in their names, and a folder of version 1 may be called `data`.
 *
 * If the store does not answer it, the form of the path decides: version 2 if `data` follows the first part.
 */
export async function kvPathOf(session: VaultSession, path: string, signal: AbortSignal): Promise<KvPath> {
  const mount = await mountOf(session, path, signal)
  if (!mount) return { path, version: path.split('/')[1] === 'data' ? 2 : 1 }
  const rest = path.slice(mount.path.length)
  const isApi = mount.version === 1 || rest.startsWith('data/')
  return { ...mount, path: isApi ? path : `${mount.path}data/${rest}` }
}

/** Reads the mount of the engine, with a slash at its end. */
async function mountOf(session: VaultSession, path: string, signal: AbortSignal): Promise<KvPath | undefined> {
  try {
    const { data } = await session.read(`sys/internal/ui/mounts/${path}`, signal)
    const { path: mount, options } = (data ?? {}) as { path?: unknown; options?: { version?: unknown } | null }
    if (typeof mount !== 'string' || !path.startsWith(mount)) return undefined
    return { path: mount, version: options?.version === '2' ? 2 : 1 }
  } catch (error) {
    if (error instanceof CredentialsError && !error.retryable && error.code !== 'CREDENTIALS_PACKAGE') return undefined
    throw error
  }
}
