import { readFileSync } from 'node:fs'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'
import type { VaultAnswer, VaultAuth, VaultClient } from './vault-settings.ts'
import { VaultToken } from './vault-token.ts'

/** Gets a token, in the way that the settings say. */
export async function logInToVault(client: VaultClient, auth: VaultAuth, place: SecretPlace): Promise<VaultToken> {
  switch (auth.method) {
    case 'token':
      return await givenToken(client, auth.token, false)
    case 'token-file':
      return await givenToken(client, fileText(auth.path, place), true)
    case 'approle': {
      const secretId = auth.wrappedSecretId === undefined ? auth.secretId : await unwrapped(client, auth, place)
      const body = { role_id: auth.roleId, ...(secretId !== undefined && { secret_id: secretId }) }
      return tokenIn(await client.write(`auth/${auth.mount ?? 'approle'}/login`, body), place)
    }
    case 'kubernetes': {
      const jwt = fileText(auth.tokenFile ?? SERVICE_ACCOUNT, place)
      return tokenIn(await client.write(`auth/${auth.mount ?? 'kubernetes'}/login`, { role: auth.role, jwt }), place)
    }
    case 'jwt': {
      const jwt = auth.jwt ?? fileText(auth.jwtFile ?? '', place)
      return tokenIn(await client.write(`auth/${auth.mount ?? 'jwt'}/login`, { role: auth.role, jwt }), place)
    }
  }
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/ */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** A token that may not look itself up is used as it is, for as long as it works. */
async function givenToken(client: VaultClient, token: string, isOurs: boolean): Promise<VaultToken> {
  const options = { headers: { 'X-Vault-Token': token } }
  const { data } = await client.read('auth/token/lookup-self', options).catch((): VaultAnswer => ({}))
  const seconds = Number(data?.ttl ?? 0)
  return new VaultToken(token, seconds > 0 ? seconds * 1000 : Infinity, data?.renewable === true, isOurs)
}

function tokenIn({ auth }: VaultAnswer, place: SecretPlace): VaultToken {
  if (!auth) throw denied(place, 'the login gave no token')
  const life = auth.lease_duration > 0 ? auth.lease_duration * 1000 : Infinity
  return new VaultToken(auth.client_token, life, auth.renewable, true)
}

type AppRole = VaultAuth & { readonly method: 'approle' }

/** Secret ids that have been taken out of their wrapping, which can be done once: by the wrapping token. */
const taken = new Map<string, string>()

/**
 * Takes the secret id out of its wrapping. One that was made elsewhere than by this role's own endpoint, or was opened
 * already, was tampered with: somebody else may have read it.
 */
async function unwrapped(client: VaultClient, auth: AppRole, place: SecretPlace): Promise<string> {
  const wrapping = auth.wrappedSecretId ?? ''
  const known = taken.get(wrapping)
  if (known !== undefined) return known
  const lookup = await client.write('sys/wrapping/lookup', { token: wrapping }).catch(() => {
    throw denied(place, `${TAMPERED}: its wrapping token is not valid, so it may have been opened by somebody else`)
  })
  const path = String(lookup.data?.creation_path ?? '')
  const mount = auth.mount ?? 'approle'
  const right = auth.role ? path === `auth/${mount}/role/${auth.role}/secret-id` : isSecretIdPath(path, mount)
  if (!right) throw denied(place, `${TAMPERED}: it was made by another endpoint than the role's`)
  const { data } = await client.write('sys/wrapping/unwrap', {}, { headers: { 'X-Vault-Token': wrapping } })
  const secretId = data?.secret_id
  if (typeof secretId !== 'string') throw denied(place, 'the wrapping holds no secret id')
  taken.set(wrapping, secretId)
  return secretId
}

const TAMPERED = 'the wrapped secret id cannot be trusted, treat it as an intrusion'

function isSecretIdPath(path: string, mount: string): boolean {
  return path.startsWith(`auth/${mount}/role/`) && /^[^/]+\/secret-id$/.test(path.slice(`auth/${mount}/role/`.length))
}

function fileText(path: string, place: SecretPlace): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw denied(place, `the file "${path}", which has the token to log in with, cannot be read; correct the path`)
  }
}

function denied(place: SecretPlace, what: string): CredentialsError {
  const message = `${place.store} does not let us in for secret "${place.secret}": ${what}`
  return new CredentialsError('CREDENTIALS_DENIED', message, false, undefined, place)
}
