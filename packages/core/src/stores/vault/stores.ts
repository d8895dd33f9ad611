import type { CredentialsProvider } from '../../credentials/credentials.ts'
import type { Variables } from '../../system/process-facts.ts'
import { keysIn, requiredVariable, SECRET_KEYS, type Store, wrongVariable } from '../store.ts'
import { vaultDatabase } from './database.ts'
import { vaultKv } from './kv.ts'

/** The engines of Vault or OpenBao. Its address and login are in further `VAULT_*` variables. */
export const VAULT_STORES: readonly Store[] = [
  {
    id: 'vault',
    reads: 'a key-value engine of Vault or OpenBao, version 1 or 2',
    package: 'node-vault',
    variables: [{ name: 'VAULT_PATH', note: 'as the command line or the API spells it' }, SECRET_KEYS],
    prefixes: ['VAULT_'],
    fromVariables: (variables) =>
      vaultKv(
        { path: requiredVariable('VAULT_PATH', variables, 'the path of the secret'), ...keysIn(variables) },
        variables,
      ),
  },
  {
    id: 'vault-database',
    reads: 'a dynamic role, or a static one',
    package: 'node-vault',
    variables: [{ name: 'VAULT_DB_ROLE' }, { name: 'VAULT_DB_STATIC_ROLE' }, { name: 'VAULT_DB_MOUNT' }],
    prefixes: ['VAULT_'],
    fromVariables: databaseEngine,
  },
]

function databaseEngine(variables: Variables): CredentialsProvider {
  const { VAULT_DB_ROLE: role, VAULT_DB_STATIC_ROLE: staticRole, VAULT_DB_MOUNT: mount } = variables
  if (role && staticRole) {
    throw wrongVariable('VAULT_DB_ROLE', 'VAULT_DB_ROLE and VAULT_DB_STATIC_ROLE are both set; remove one')
  }
  const which = staticRole
    ? { staticRole }
    : { role: requiredVariable('VAULT_DB_ROLE', variables, 'the name of the role') }
  return vaultDatabase({ ...which, ...(mount && { mount }) }, variables)
}
