import { isLoopback } from '../../addresses/loopback.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { type Problem, problemWith } from '../../errors/finding.ts'
import { environmentOf } from '../../system/environment.ts'
import { findVariable, type Notes } from '../../system/environment-variable.ts'
import type { Variables } from '../../system/process-facts.ts'
import { alternatives, IN_QUOTATION_MARKS, isInQuotationMarks, quote } from '../../text/quote.ts'
import { bare } from '../../text/record.ts'
import type { ResolvedVault, TextOrFile, VaultAuth, VaultSettings } from './settings.ts'

/**
 * Fills in the settings that are left to the `VAULT_*` variables.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` without an address, a login, or a verified way to the store.
 */
export function resolveVault(settings: VaultSettings, variables: Variables = environmentOf().variables): ResolvedVault {
  const { client } = settings
  const address = settings.address ?? variables.VAULT_ADDR
  const problems = client ? [] : [...wrongAddress(address), ...unverified(variables)]
  const auth = settings.auth ?? authIn(variables, problems)
  if (problems.length > 0 || !auth) throw new ConfigurationError(problems)
  const namespace = settings.namespace ?? variables.VAULT_NAMESPACE
  const ca = settings.ca ?? variables.VAULT_CACERT
  const given = { ...settings, auth, ...(address && { address }), ...(namespace && { namespace }), ...(ca && { ca }) }
  return bare<ResolvedVault>(given)
}

function wrongAddress(address: string | undefined): Problem[] {
  const refused = (message: string) => [problemWith('VAULT_ADDR', message)]
  if (!address) return refused('no address of the secret store is configured; set VAULT_ADDR to https://…')
  if (isInQuotationMarks(address)) return refused(`VAULT_ADDR ${IN_QUOTATION_MARKS}`)
  const url = URL.canParse(address) ? new URL(address) : undefined
  // A URL may hold a password, so that only its harmless parts are shown.
  if (!url) return refused('VAULT_ADDR is not a URL; write https://host:8200')
  if (url.username || url.password) return refused('VAULT_ADDR has a user in it; remove what stands before the @')
  if (url.protocol === 'https:') return []
  if (url.protocol !== 'http:') return refused('VAULT_ADDR does not begin with https://; write https://host:8200')
  if (isLoopback(url.hostname)) return []
  return refused(
    `VAULT_ADDR is plain http to ${quote(url.hostname)}, where anyone on the way reads the secrets; use https:`,
  )
}

/** Values that the store's own programs read as false. */
const NO = ['', '0', 'f', 'false']

function unverified({ VAULT_SKIP_VERIFY: skip = '' }: Variables): Problem[] {
  if (NO.includes(skip.toLowerCase())) return []
  const message = 'VAULT_SKIP_VERIFY turns off the verification of the store; unset it, and set VAULT_CACERT to its CA'
  return [problemWith('VAULT_SKIP_VERIFY', message)]
}

/** https://developer.hashicorp.com/vault/docs/commands#environment-variables, and those of this project. */
function authIn(variables: Variables, problems: Problem[]): VaultAuth | undefined {
  const noted: Problem[] = []
  const notes: Notes = { problem: (parameter, message) => void noted.push(problemWith(parameter, message)) }
  const found = (name: string): TextOrFile | undefined => {
    const variable = findVariable(variables, [name], notes, name)
    return variable?.file ? { file: variable.value } : variable?.value
  }
  const [token, roleId, jwt] = [found('VAULT_TOKEN'), found('VAULT_ROLE_ID'), found('VAULT_JWT')]
  const { VAULT_K8S_ROLE: kubernetes, VAULT_JWT_ROLE: role, VAULT_AUTH_MOUNT } = variables
  const mount = VAULT_AUTH_MOUNT ? { mount: VAULT_AUTH_MOUNT } : {}

  const ways: Record<string, VaultAuth> = {}
  if (token) ways.VAULT_TOKEN = { method: 'token', token }
  if (roleId) ways.VAULT_ROLE_ID = { method: 'approle', roleId, ...secretIdIn(), ...mount }
  if (kubernetes) ways.VAULT_K8S_ROLE = { method: 'kubernetes', role: kubernetes, ...(jwt && { jwt }), ...mount }
  if (role && jwt) ways.VAULT_JWT_ROLE = { method: 'jwt', role, jwt, ...mount }
  if (role && !jwt) notes.problem('VAULT_JWT', 'VAULT_JWT_ROLE needs VAULT_JWT_FILE; set it to the path of the token')

  const names = Object.keys(ways)
  if (names.length > 1) notes.problem('VAULT_TOKEN', `${names.join(' and ')} are both set; keep one`)
  if (names.length === 0 && noted.length === 0) {
    notes.problem('VAULT_TOKEN', `no way to log in to the secret store is configured; set ${alternatives(WAYS)}`)
  }
  problems.push(...noted)
  return Object.values(ways)[0]

  function secretIdIn() {
    const { VAULT_ROLE_NAME: name } = variables
    const [secretId, wrappedSecretId] = [found('VAULT_SECRET_ID'), found('VAULT_WRAPPED_SECRET_ID')]
    if (secretId && wrappedSecretId) {
      notes.problem('VAULT_SECRET_ID', 'VAULT_SECRET_ID and VAULT_WRAPPED_SECRET_ID are both set; keep one')
    }
    return { ...(secretId && { secretId }), ...(wrappedSecretId && { wrappedSecretId }), ...(name && { role: name }) }
  }
}

const WAYS = ['VAULT_ROLE_ID with VAULT_SECRET_ID_FILE', 'VAULT_K8S_ROLE', 'VAULT_JWT_ROLE', 'VAULT_TOKEN_FILE']
