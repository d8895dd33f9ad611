import { beforeAll, describe, expect, test } from 'vitest'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAuth } from '../../src/stores/vault/settings.ts'
import { ask, failureOf } from './ask.ts'
import { CANARY, expectNoCanary } from './canary.ts'
import { HAVE_BAO, useVault } from './vault-fixture.ts'

const vault = useVault()

const secret = (name: string) => ({ username: name, password: `${CANARY} of ${name}` })

/** A provider for a path, with a token that may read `readable` alone. */
async function reading(path: string, readable: string, more: { keys?: { user?: string; password?: string } } = {}) {
  const auth: VaultAuth = await vault.readerOf(readable)
  return vaultKv({ address: vault.bao.url, auth, path, ...more }, {})
}

describe.runIf(HAVE_BAO)('vault key-value engine', () => {
  beforeAll(async () => {
    const { bao } = vault
    await bao.api('POST', 'sys/mounts/old', { type: 'kv', options: { version: '1' } })
    await bao.api('POST', 'sys/mounts/team/a/kv', { type: 'kv', options: { version: '2' } })
    await bao.api('POST', 'sys/mounts/team/a/old', { type: 'kv', options: { version: '1' } })
    await bao.api('POST', 'old/app/production', secret('first'))
    await bao.api('POST', 'old/data/app/production', secret('folder'))
    await bao.api('POST', 'team/a/old/app', secret('first deep'))
    await bao.api('POST', 'team/a/kv/data/app/production', { data: secret('deep') })
    await bao.api('POST', 'secret/data/app/production', { data: secret('zero') })
    await bao.api('POST', 'secret/data/app/production', { data: secret('second') })
  })

  test.each([
    ['version 2 as the command line spells it', 'secret/app/production', 'secret/data/app/*', 'second'],
    ['version 2 as the API spells it', 'secret/data/app/production', 'secret/data/app/production', 'second'],
    ['version 2 with slashes at the ends', '/secret//app/production/', 'secret/data/app/*', 'second'],
    ['version 2, mounted with slashes', 'team/a/kv/app/production', 'team/a/kv/data/*', 'deep'],
    ['version 2, mounted with slashes, for the API', 'team/a/kv/data/app/production', 'team/a/kv/data/*', 'deep'],
    ['version 1', 'old/app/production', 'old/app/*', 'first'],
    ['version 1 where both may be read', 'old/app/production', 'old/*', 'first'],
    ['version 1 with a folder called data', 'old/data/app/production', 'old/data/*', 'folder'],
    ['version 1, mounted with slashes', 'team/a/old/app', 'team/a/old/app', 'first deep'],
  ])('%s: %s', async (_, path, readable, name) => {
    const provider = await reading(path, readable)
    const version = readable.includes('old') ? undefined : name === 'second' ? '2' : '1'
    const expected = { user: name, password: `${CANARY} of ${name}`, ...(version && { version }) }
    expect(await ask(provider)).toEqual(expected)
  })

  test('several requests → the mount is looked up once', async () => {
    const provider = await reading('secret/app/production', 'secret/data/app/*')
    await ask(provider)
    const own = 'GET auth/token/lookup-self'
    const read = 'GET secret/data/app/production'
    expect(vault.asked()).toEqual([own, 'GET sys/internal/ui/mounts/secret/app/production', read])
    await ask(provider)
    expect(vault.asked()).toEqual([read])
  })

  test('upgraded to version 2 while it is read → every question is answered, none refused', async () => {
    await vault.bao.api('POST', 'sys/mounts/grown', { type: 'kv', options: { version: '1' } })
    // The upgrade takes longer with more secrets.
    for (let at = 0; at < 500; at++) await vault.bao.api('POST', `grown/other-${at}`, secret('other'))
    await vault.bao.api('POST', 'grown/app', secret('grown'))
    const provider = vaultKv({ address: vault.bao.url, auth: root(), path: 'grown/app' }, {})
    expect(await ask(provider)).not.toHaveProperty('version')
    await vault.bao.api('POST', 'sys/mounts/grown/tune', { options: { version: '2' } })
    expect(await ask(provider)).toMatchObject({ user: 'grown', version: '1' })
  })

  test('400 because the engine is being upgraded → asked again; 400 for another reason → refused', async () => {
    const provider = vaultKv({ address: vault.bao.url, auth: root(), path: 'secret/app/production' }, {})
    const upgrading =
      'Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period'
    vault.bao.fail({ status: 400, body: { errors: [upgrading] } }, /secret.data/)
    const passing = await failureOf(provider, 800)
    expect(passing).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', retryable: true })
    expect(passing.message).toContain('(HTTP 400, its engine is being upgraded to version 2)')
    vault.bao.fail({ status: 400, body: { errors: ['missing path'] } }, /secret.data/)
    expect(await failureOf(provider, 800)).toMatchObject({ code: 'CREDENTIALS_INVALID', retryable: false })
  })

  test('the mount cannot be looked up → the path is the API’s', async () => {
    vault.bao.fail({ status: 403, body: { errors: [] } }, /internal/)
    expect(await ask(await reading('secret/data/app/production', 'secret/*'))).toMatchObject({ user: 'second' })
    expect(await ask(await reading('old/app/production', 'old/*'))).toMatchObject({ user: 'first' })
  })

  test('a client of the application → used', async () => {
    const { default: open } = await import('node-vault')
    const client = open({ endpoint: vault.bao.url, token: 'none' })
    const settings = { auth: await vault.readerOf('secret/data/app/*'), path: 'secret/app/production' }
    expect(await ask(vaultKv({ client, ...settings }, {}))).toMatchObject({ user: 'second' })
  })

  test('other names of fields → read by the settings', async () => {
    await vault.bao.api('POST', 'secret/data/named', { data: { login: 'app', phrase: CANARY, data: 1, metadata: {} } })
    const provider = await reading('secret/named', 'secret/data/*', { keys: { user: 'login', password: 'phrase' } })
    expect(await ask(provider)).toEqual({ user: 'app', password: CANARY, version: '1' })
  })

  test('version 1 with fields named data and metadata → read', async () => {
    const odd = { ...secret('odd'), data: { password: 'not this' }, metadata: { version: 7 } }
    await vault.bao.api('POST', 'old/odd', odd)
    expect(await ask(await reading('old/odd', 'old/odd'))).toEqual({ user: 'odd', password: `${CANARY} of odd` })
  })

  test.each([
    ['a number as password', { password: 12345 }, 'has a field "password" that is not text'],
    ['no password', { username: CANARY }, 'has no field "password"'],
    ['an empty password', { password: '' }, 'has an empty password'],
    ['a line feed at the end', { password: `${CANARY}\n` }, 'line feed'],
    ['another engine', { password: CANARY, engine: 'mysql' }, 'engine'],
  ])('%s → refused', async (what, data, message) => {
    const path = `secret/data/broken/${what}`
    await vault.bao.api('POST', encodeURI(path), { data })
    const error = await failureOf(await reading(path, 'secret/data/broken/*'))
    expect(error).toMatchObject({
      code: 'CREDENTIALS_INVALID',
      retryable: false,
      place: { store: 'Vault', secret: path },
    })
    expect(error.message).toContain(message)
    expectNoCanary(error)
  })

  test.each(['delete', 'destroy'])('newest version gone by %s → an error that says so', async (way) => {
    const path = `secret/data/${way}`
    await vault.bao.api('POST', path, { data: secret('gone') })
    if (way === 'delete') await vault.bao.api('DELETE', path)
    else await vault.bao.api('PUT', `secret/destroy/${way}`, { versions: [1] })
    const error = await failureOf(await reading(`secret/${way}`, 'secret/data/*'))
    expect(error).toMatchObject({ code: 'CREDENTIALS_NOT_FOUND', retryable: false })
    expect(error.message).toBe(
      `secret "secret/${way}" of Vault has been deleted in its newest version (HTTP 404); undelete it, or write a new version`,
    )
  })

  test.each([
    ['secret/nothing', 'secret/data/*', 'CREDENTIALS_NOT_FOUND', 'does not exist (HTTP 404)'],
    ['old/nothing', 'old/*', 'CREDENTIALS_NOT_FOUND', 'does not exist (HTTP 404)'],
    ['nothing/app', 'nothing/*', 'CREDENTIALS_NOT_FOUND', 'does not exist (HTTP 404)'],
    [
      'secret/app/production',
      'secret/data/other',
      'CREDENTIALS_DENIED',
      'cannot be read: permission denied (HTTP 403)',
    ],
  ])('%s for a reader of %s → an error with the reason', async (path, readable, code, what) => {
    const error = await failureOf(await reading(path, readable))
    expect(error).toMatchObject({ code, retryable: false, place: { store: 'Vault', secret: path } })
    expect(error.message).toContain(`secret "${path}" of Vault ${what}; check `)
  })

  test('a namespace → read in it, and in no other', async () => {
    const headers = { 'X-Vault-Namespace': 'team-b' }
    await vault.bao.api('POST', 'sys/namespaces/team-b')
    await vault.bao.api('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } }, headers)
    await vault.bao.api('POST', 'secret/data/app/production', { data: secret('of team b') }, headers)
    const settings = { address: vault.bao.url, path: 'secret/app/production', auth: root() }
    expect(await ask(vaultKv({ ...settings, namespace: 'team-b' }, {}))).toMatchObject({ user: 'of team b' })
    expect(await ask(vaultKv(settings, {}))).toMatchObject({ user: 'second' })
    const error = await failureOf(vaultKv({ ...settings, namespace: 'team-c' }, {}))
    expect(error).toMatchObject({ code: 'CREDENTIALS_NOT_FOUND', retryable: false })
    expect(error.message).toContain('VAULT_NAMESPACE')
  })
})

const root = (): VaultAuth => ({ method: 'token', token: vault.bao.rootToken })
