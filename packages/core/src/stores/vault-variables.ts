import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Problem } from '../errors/problem.ts'
import { environmentOf, type Variables } from '../settings/environment.ts'
import { readSecret } from '../settings/read-file.ts'
import { fileNamed, shown } from '../settings/wording.ts'
import type { VaultAuth, VaultSettings } from './vault-settings.ts'

/** Settings of Vault in which nothing is left open. */
export type ResolvedVault = VaultSettings & { readonly auth: VaultAuth }

/**
 * Fills in what the settings leave to the `VAULT_*` variables.
 *
 * @throws {@link ConfigurationError} where there is no address, no way to log in, or no verified way to the store.
 */
export function resolveVault(settings: VaultSettings, variables: Variables = environmentOf().variables): ResolvedVault {
  const problems: Problem[] = []
  const { client, address = variables.VAULT_ADDR } = settings
  if (!client) problems.push(...wrongAddress(address))
  if (!client && variables.VAULT_SKIP_VERIFY) {
    const message =
      'VAULT_SKIP_VERIFY turns off the verification of the store; unset it, and set VAULT_CACERT to its CA'
    problems.push({ parameter: 'VAULT_SKIP_VERIFY', message })
  }
  const auth = settings.auth ?? authIn(variables, problems)
  if (problems.length > 0 || !auth) throw new ConfigurationError(problems)
  const namespace = settings.namespace ?? variables.VAULT_NAMESPACE
  const ca = settings.ca ?? variables.VAULT_CACERT
  return {
    ...settings,
    auth,
    ...(address && { address }),
    ...(namespace && { namespace }),
    ...(ca && { ca }),
  }
}

function wrongAddress(address: string | undefined): Problem[] {
  const problem = (message: string) => [{ parameter: 'VAULT_ADDR', message }]
  if (!address) return problem('no address of the secret store is configured; set VAULT_ADDR to https://…')
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return problem(`VAULT_ADDR=${shown(address)} is not a URL; write https://host:8200`)
  }
  if (url.protocol === 'https:') return []
  if (url.protocol !== 'http:') return problem(`VAULT_ADDR has the protocol ${shown(url.protocol)}; use https:`)
  if (LOOPBACK.test(url.hostname)) return []
  return problem(
    `VAULT_ADDR is plain http to ${shown(url.hostname)}, where anyone on the way reads the secrets; use https:`,
  )
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** https://developer.hashicorp.com/vault/docs/commands#environment-variables, and those of this project. */
function authIn(variables: Variables, problems: Problem[]): VaultAuth | undefined {
  const { VAULT_TOKEN: token, VAULT_TOKEN_FILE: path, VAULT_ROLE_ID: roleId } = variables
  const { VAULT_K8S_ROLE: kubernetes, VAULT_JWT_ROLE: jwtRole, VAULT_JWT_FILE: jwtFile } = variables
  const mount = variables.VAULT_AUTH_MOUNT ? { mount: variables.VAULT_AUTH_MOUNT } : {}
  const ways = Object.entries({
    VAULT_TOKEN: token && ({ method: 'token', token } as const),
    VAULT_TOKEN_FILE: path && ({ method: 'token-file', path } as const),
    VAULT_ROLE_ID: roleId && ({ method: 'approle', roleId, ...secretIdIn(variables, problems), ...mount } as const),
    VAULT_K8S_ROLE: kubernetes && ({ method: 'kubernetes', role: kubernetes, ...mount } as const),
    VAULT_JWT_ROLE: jwtRole && ({ method: 'jwt', role: jwtRole, ...(jwtFile && { jwtFile }), ...mount } as const),
  }).flatMap(([name, auth]) => (auth ? [{ name, auth }] : []))
  const [first, second] = ways
  if (first && second) {
    problems.push({ parameter: first.name, message: `${first.name} and ${second.name} are both set; remove one` })
  }
  if (!first) {
    const message =
      'no way to log in to the secret store is configured; set VAULT_ROLE_ID and VAULT_SECRET_ID_FILE, VAULT_K8S_ROLE, VAULT_JWT_ROLE or VAULT_TOKEN_FILE'
    problems.push({ parameter: 'VAULT_TOKEN', message })
  }
  return first?.auth
}

function secretIdIn(
  variables: Variables,
  problems: Problem[],
): { secretId?: string; wrappedSecretId?: string; role?: string } {
  const { VAULT_SECRET_ID: text, VAULT_SECRET_ID_FILE: path, VAULT_ROLE_NAME: role } = variables
  const { VAULT_WRAPPED_SECRET_ID: wrappedSecretId } = variables
  if (wrappedSecretId) return { wrappedSecretId, ...(role && { role }) }
  if (!path) return text ? { secretId: text } : {}
  const read = readSecret(path)
  if ('value' in read) return { secretId: read.value.reveal() }
  problems.push({
    parameter: 'VAULT_SECRET_ID_FILE',
    message: `${fileNamed(path, 'VAULT_SECRET_ID_FILE')} ${read.reason}`,
  })
  return {}
}
