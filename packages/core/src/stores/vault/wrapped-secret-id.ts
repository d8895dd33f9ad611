import type { SecretLocation } from '../../errors/credentials-error.ts'
import { denied } from './credential-file.ts'
import type { VaultClient } from './settings.ts'
import { isRefused } from './vault-error.ts'

/** A wrapped secret id, and the role that it must be for. */
export interface WrappedSecretId {
  readonly wrapping: string
  readonly mount: string
  readonly role?: string
}

/** Unwrapped secret ids by wrapping token, which works once. They are kept nowhere else. */
const taken = new Map<string, Promise<string>>()

/**
 * Unwraps the secret id. One that was not made by the endpoint of this role, or was unwrapped before, was tampered
 * with: an attacker may have read it.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/response-wrapping#response-wrapping-token-validation
 */
export async function unwrapped(client: VaultClient, wrapped: WrappedSecretId, place: SecretLocation): Promise<string> {
  const { wrapping } = wrapped
  const secretId = taken.get(wrapping) ?? take(client, wrapped, place)
  taken.set(wrapping, secretId)
  try {
    return await secretId
  } catch (error) {
    taken.delete(wrapping)
    throw error
  }
}

async function take(client: VaultClient, wrapped: WrappedSecretId, place: SecretLocation): Promise<string> {
  const opened = (error: unknown): never => {
    if (!isRefused(error)) throw error
    throw denied(
      place,
      `the wrapping token of the secret id is no longer valid: it has expired, or was used by another client, which is an intrusion; ${RENEW}`,
    )
  }
  const { data: origin } = await client.write('sys/wrapping/lookup', { token: wrapped.wrapping }).catch(opened)
  if (!isOwnPath(String(origin?.creation_path ?? ''), wrapped)) {
    throw denied(
      place,
      `the secret id was not wrapped by the endpoint of the role: treat that as an intrusion, and ${RENEW}`,
    )
  }
  const asItself = { headers: { 'X-Vault-Token': wrapped.wrapping } }
  const { data } = await client.write('sys/wrapping/unwrap', {}, asItself).catch(opened)
  const secretId = data?.secret_id
  if (typeof secretId !== 'string') throw denied(place, `the wrapping token holds no secret id; ${RENEW}`)
  return secretId
}

const RENEW = 'issue a new one (vault write -wrap-ttl=… -f auth/approle/role/…/secret-id)'

function isOwnPath(path: string, { mount, role }: WrappedSecretId): boolean {
  const roles = `auth/${mount}/role/`
  if (role !== undefined) return path === `${roles}${role}/secret-id`
  return path.startsWith(roles) && /^[^/]+\/secret-id$/.test(path.slice(roles.length))
}
