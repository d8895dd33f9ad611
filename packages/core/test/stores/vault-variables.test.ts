import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { explain } from '../../src/profile/explain.ts'
import { vaultDatabase } from '../../src/stores/vault/database.ts'
import { resolveVault } from '../../src/stores/vault/variables.ts'
import { CANARY, expectNoCanary } from './canary.ts'

const ADDRESS = { VAULT_ADDR: 'https://vault.example:8200' }
const TOKEN = { VAULT_TOKEN: CANARY }

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    expectNoCanary(error)
    if (error instanceof ConfigurationError) return error.problems.map(({ message }) => message)
    throw error
  }
  return []
}

describe('VAULT_ variables', () => {
  test.each<[string, Record<string, string>, object]>([
    ['a token', { VAULT_TOKEN: 't' }, { method: 'token', token: 't' }],
    ['a token in a file', { VAULT_TOKEN_FILE: '/run/token' }, { method: 'token', token: { file: '/run/token' } }],
    ['as Planka has it', { VAULT_TOKEN__FILE: '/run/token' }, { method: 'token', token: { file: '/run/token' } }],
    ['as linuxserver.io has it', { FILE__VAULT_TOKEN: '/t' }, { method: 'token', token: { file: '/t' } }],
    ['an AppRole', { VAULT_ROLE_ID: 'r', VAULT_SECRET_ID: 's' }, { method: 'approle', roleId: 'r', secretId: 's' }],
    [
      'an AppRole in files, at its own mount',
      { VAULT_ROLE_ID_FILE: '/r', VAULT_SECRET_ID_FILE: '/s', VAULT_AUTH_MOUNT: 'robots' },
      { method: 'approle', roleId: { file: '/r' }, secretId: { file: '/s' }, mount: 'robots' },
    ],
    [
      'a wrapped secret id',
      { VAULT_ROLE_ID: 'r', VAULT_WRAPPED_SECRET_ID: 'w', VAULT_ROLE_NAME: 'orders' },
      { method: 'approle', roleId: 'r', wrappedSecretId: 'w', role: 'orders' },
    ],
    [
      'a wrapped secret id in a file',
      { VAULT_ROLE_ID: 'r', VAULT_WRAPPED_SECRET_ID_FILE: '/w' },
      { method: 'approle', roleId: 'r', wrappedSecretId: { file: '/w' } },
    ],
    ['Kubernetes', { VAULT_K8S_ROLE: 'orders' }, { method: 'kubernetes', role: 'orders' }],
    [
      'Kubernetes with a projected token',
      { VAULT_K8S_ROLE: 'orders', VAULT_JWT_FILE: '/jwt', VAULT_AUTH_MOUNT: 'cluster-1' },
      { method: 'kubernetes', role: 'orders', jwt: { file: '/jwt' }, mount: 'cluster-1' },
    ],
    [
      'a JWT',
      { VAULT_JWT_ROLE: 'deploy', VAULT_JWT_FILE: '/jwt' },
      { method: 'jwt', role: 'deploy', jwt: { file: '/jwt' } },
    ],
  ])('%s', (_, variables, auth) => {
    expect(resolveVault({}, { ...ADDRESS, ...variables })).toEqual({ address: ADDRESS.VAULT_ADDR, auth })
  })

  test('namespace and CA → read', () => {
    const variables = { ...ADDRESS, ...TOKEN, VAULT_NAMESPACE: 'team-a', VAULT_CACERT: '/ca.pem' }
    expect(resolveVault({}, variables)).toMatchObject({ namespace: 'team-a', ca: '/ca.pem' })
    expect(resolveVault({ namespace: 'team-b', ca: '/own.pem' }, variables)).toMatchObject({
      namespace: 'team-b',
      ca: '/own.pem',
    })
  })

  test.each<[string, Record<string, string>, string]>([
    ['no address', { VAULT_ADDR: '' }, 'no address of the secret store is configured; set VAULT_ADDR to https://…'],
    ['no URL', { VAULT_ADDR: CANARY }, 'VAULT_ADDR is not a URL; write https://host:8200'],
    [
      'a user in the address',
      { VAULT_ADDR: `https://me:${CANARY}@vault.example` },
      'VAULT_ADDR has a user in it; remove what stands before the @',
    ],
    [
      'another protocol',
      { VAULT_ADDR: 'ftp://vault' },
      'VAULT_ADDR does not begin with https://; write https://host:8200',
    ],
    [
      'plain http beyond this machine',
      { VAULT_ADDR: 'http://vault.example:8200' },
      'VAULT_ADDR is plain http to "vault.example", where anyone on the way reads the secrets; use https:',
    ],
    [
      'plain http to what only begins like this machine',
      { VAULT_ADDR: 'http://127.0.0.1.example' },
      'VAULT_ADDR is plain http to "127.0.0.1.example", where anyone on the way reads the secrets; use https:',
    ],
    [
      'no verification',
      { VAULT_SKIP_VERIFY: 'true' },
      'VAULT_SKIP_VERIFY turns off the verification of the store; unset it, and set VAULT_CACERT to its CA',
    ],
    ['two ways', { VAULT_ROLE_ID: 'r' }, 'VAULT_TOKEN and VAULT_ROLE_ID are both set; keep one'],
    ['a token twice', { VAULT_TOKEN_FILE: '/t' }, 'VAULT_TOKEN and VAULT_TOKEN_FILE are both set; remove one'],
    [
      'two secret ids',
      { VAULT_TOKEN: '', VAULT_ROLE_ID: 'r', VAULT_SECRET_ID: CANARY, VAULT_WRAPPED_SECRET_ID: CANARY },
      'VAULT_SECRET_ID and VAULT_WRAPPED_SECRET_ID are both set; keep one',
    ],
    [
      'a JWT role without a JWT',
      { VAULT_TOKEN: '', VAULT_JWT_ROLE: 'r' },
      'VAULT_JWT_ROLE needs VAULT_JWT_FILE; set it to the path of the token',
    ],
    [
      'nobody',
      { VAULT_TOKEN: '' },
      'no way to log in to the secret store is configured; set VAULT_ROLE_ID with VAULT_SECRET_ID_FILE, ' +
        'VAULT_K8S_ROLE, VAULT_JWT_ROLE or VAULT_TOKEN_FILE',
    ],
  ])('%s → refused', (_, variables, message) => {
    expect(problemsOf(() => resolveVault({}, { ...ADDRESS, ...TOKEN, ...variables }))).toEqual([message])
  })

  test.each([
    { VAULT_ADDR: 'http://127.0.0.1:8200' },
    { VAULT_ADDR: 'http://[::1]:8200' },
    { VAULT_ADDR: 'http://localhost:8200' },
    { VAULT_SKIP_VERIFY: 'false' },
    { VAULT_SKIP_VERIFY: '0' },
  ])('%o → accepted', (variables) => {
    expect(problemsOf(() => resolveVault({}, { ...ADDRESS, ...TOKEN, ...variables }))).toEqual([])
  })

  test('vaultDatabase: both kinds of role, or none → refused', () => {
    const wrong = ['vaultDatabase takes either role or staticRole; give one of them']
    const variables = { ...ADDRESS, ...TOKEN }
    expect(problemsOf(() => vaultDatabase({}, variables))).toEqual(wrong)
    expect(problemsOf(() => vaultDatabase({ role: 'a', staticRole: 'b' }, variables))).toEqual(wrong)
    expect(problemsOf(() => vaultDatabase({ role: 'a' }, variables))).toEqual([])
  })

  test('their problems → listed with all others', () => {
    const environment = {
      DB_HOST: 'db.example',
      DB_USER: 'app',
      SECRETS_BACKEND: 'vault-database',
      VAULT_ADDR: 'http://vault.example',
    }
    const { problems } = explain({ settings: { environment: { ...environment, VAULT_TOKEN: CANARY } } })
    expect(problems.map(({ message }) => message)).toEqual([
      'SECRETS_BACKEND=vault-database needs VAULT_DB_ROLE; set it to the name of the role',
    ])
    const withRole = { ...environment, VAULT_TOKEN: CANARY, VAULT_DB_ROLE: 'orders' }
    const explained = explain({ settings: { environment: withRole } })
    expect(explained.problems.map(({ message }) => message)).toEqual([
      'VAULT_ADDR is plain http to "vault.example", where anyone on the way reads the secrets; use https:',
    ])
    expectNoCanary(explained)
  })
})
