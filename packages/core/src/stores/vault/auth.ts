import type { SecretLocation } from '../../errors/credentials-error.ts'
import { denied, privateTextIn, textIn } from './credential-file.ts'
import type { VaultAnswer, VaultAuth, VaultClient } from './settings.ts'
import { VaultToken } from './token.ts'
import { isRefused, statusOf } from './vault-error.ts'
import { unwrapped } from './wrapped-secret-id.ts'

/** Gets a token with the auth method of the settings. */
export async function logInToVault(client: VaultClient, auth: VaultAuth, place: SecretLocation): Promise<VaultToken> {
  if (auth.method === 'token') return await givenToken(client, textIn(auth.token, place))
  const { method, mount = method } = auth
  const body = await proofOf(client, auth, place)
  const answer = await client.write(`auth/${mount}/login`, body).catch((error: unknown) => {
    if (!isRefused(error)) throw error
    throw denied(place, `the login at auth/${mount} was rejected (HTTP ${statusOf(error)}); check ${TO_CHECK[method]}`)
  })
  return tokenIn(answer, place)
}

type Login = Exclude<VaultAuth, { method: 'token' }>

const TO_CHECK: Readonly<Record<Login['method'], string>> = {
  approle: 'VAULT_ROLE_ID, VAULT_NAMESPACE, and whether the secret id has expired or has been used up',
  kubernetes: 'VAULT_K8S_ROLE, its service accounts and namespaces, VAULT_AUTH_MOUNT and VAULT_NAMESPACE',
  jwt: 'VAULT_JWT_ROLE, whether the token in VAULT_JWT_FILE has expired, VAULT_AUTH_MOUNT and VAULT_NAMESPACE',
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/ */
const SERVICE_ACCOUNT = { file: '/var/run/secrets/kubernetes.io/serviceaccount/token' }

async function proofOf(client: VaultClient, auth: Login, place: SecretLocation): Promise<object> {
  if (auth.method !== 'approle') return { role: auth.role, jwt: textIn(auth.jwt ?? SERVICE_ACCOUNT, place) }
  const { roleId, secretId, wrappedSecretId, mount = 'approle', role } = auth
  const wrapping = wrappedSecretId && textIn(wrappedSecretId, place)
  const id = wrapping
    ? await unwrapped(client, { wrapping, mount, ...(role && { role }) }, place)
    : secretId && privateTextIn(secretId, place)
  return { role_id: textIn(roleId, place), ...(id && { secret_id: id }) }
}

/** Uses a given token. One that may not look itself up is used unchanged, for as long as it works. */
async function givenToken(client: VaultClient, token: string): Promise<VaultToken> {
  const options = { headers: { 'X-Vault-Token': token } }
  const { data } = await client.read('auth/token/lookup-self', options).catch((error: unknown): VaultAnswer => {
    if (statusOf(error) === 403) return {}
    throw error
  })
  return new VaultToken(token, lifeOf(Number(data?.ttl ?? 0)), data?.renewable === true)
}

function tokenIn({ auth }: VaultAnswer, place: SecretLocation): VaultToken {
  if (!auth?.client_token) throw denied(place, 'the response has no token; check VAULT_AUTH_MOUNT and VAULT_ADDR')
  return new VaultToken(auth.client_token, lifeOf(auth.lease_duration), auth.renewable)
}

/** Returns the life of a token in milliseconds; the store's zero means that it does not end. */
function lifeOf(seconds: number): number {
  return seconds > 0 ? seconds * 1000 : Infinity
}
