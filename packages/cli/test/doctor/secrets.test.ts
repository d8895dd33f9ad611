import { type PostgresServer, startPostgres } from '@verifull/test-harness'
import { withVariables } from '@verifull/test-harness/fixtures'
import { type Moto, type OpenBao, startMoto, startOpenBao, storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CANARY, type DoctorReport, doctor, type Expected, expectOnly, HIERARCHY } from './examined.ts'

const STORES = await storesHere(['moto_server', 'bao'])
const { root, servers } = HIERARCHY
let postgres: PostgresServer
beforeAll(async () => {
  const { chain: certificate, key } = servers.good
  postgres = await startPostgres({ tls: { certificate, key } })
})
afterAll(() => postgres?.stop())

function variables(given: Readonly<Record<string, string>>): Record<string, string> {
  const server = { DB_HOST: 'localhost', DB_PORT: String(postgres.port), DB_NAME: 'app', DB_SSL_CA: root.certificate }
  return { ...server, ...given }
}

const password = () => postgres.password('scram_user')

describe.runIf(STORES.includes('moto_server'))('doctor: Secrets Manager', () => {
  let moto: Moto
  beforeAll(async () => {
    moto = await startMoto()
    const secrets = {
      good: { username: 'scram_user', password: password() },
      wrong: { username: 'scram_user', password: CANARY },
      shapeless: { hello: CANARY },
      ...Object.fromEntries(FAILING.map((name) => [name, { username: 'scram_user', password: password() }])),
      elsewhere: { username: 'scram_user', password: password(), host: 'localhost', port: postgres.port },
    }
    for (const [Name, value] of Object.entries(secrets)) {
      await moto.secretsManager('CreateSecret', {
        Name,
        SecretString: JSON.stringify(value),
        ClientRequestToken: TOKEN,
      })
    }
    const pending = { SecretId: 'wrong', SecretString: JSON.stringify(secrets.good), VersionStages: ['AWSPENDING'] }
    await moto.secretsManager('PutSecretValue', { ...pending, ClientRequestToken: TOKEN.replace('1', '2') })
  })
  afterEach(() => moto.fail(undefined))
  afterAll(() => moto?.stop())

  /** Secrets that are read once, because the last good answer of a store is kept while it fails. */
  const FAILING = ['denied', 'expired', 'throttled', 'down', 'slow', 'alone']
  const TOKEN = '11111111-2222-3333-4444-555555555555'

  /** Runs doctor with a secret, alone with the store. */
  function examine(id: string, given: Readonly<Record<string, string>> = {}, more: object = {}): Promise<DoctorReport> {
    const alone = { ...moto.environment, AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' }
    const own = { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: id, DB_USER: 'scram_user' }
    return withVariables({ ...alone, AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1', ...more }, () =>
      doctor({ ...variables(own), ...moto.environment, ...given }, [CANARY, password()], id === 'throttled' ? 10 : 3),
    )
  }

  test('a good secret → its store, its version and the login', async () => {
    const { code, servers: seen } = await examine('good')
    expect(code).toBe(0)
    expect(seen[0]?.secret).toMatchObject({ source: 'SECRETS_BACKEND=aws-secrets-manager', version: TOKEN })
  })

  test('a secret that names the host → the server that it names', async () => {
    const { code, servers: seen } = await examine('elsewhere', { DB_HOST: '', DB_PORT: '' })
    expect({ code, name: seen[0]?.name }).toEqual({ code: 0, name: `localhost:${postgres.port}` })
  })

  test('the current version is wrong, and the pending one is right → a login, and a warning of the rotation', async () => {
    const { code, findings, servers: seen } = await examine('wrong')
    const rotation = findings.find(({ rule }) => rule === 'error:ROTATION')
    expect(rotation).toMatchObject({ severity: 'warn', what: expect.stringContaining(TOKEN) })
    expect({ code, user: seen[0]?.login?.user }).toEqual({ code: 0, user: 'scram_user' })
  })

  test.each<[string, string, Parameters<Moto['fail']>[0], Expected]>([
    [
      'a secret that is not there',
      'nowhere',
      undefined,
      { code: 'error:CREDENTIALS_NOT_FOUND', what: /nowhere/, fix: /AWS_REGION|name/ },
    ],
    [
      'a secret of another shape',
      'shapeless',
      undefined,
      { code: 'error:CREDENTIALS_INVALID', what: /shapeless.*password/, fix: /DB_SECRET_KEYS/ },
    ],
    [
      'access is denied',
      'denied',
      fault(400, 'AccessDeniedException'),
      { code: 'error:CREDENTIALS_DENIED', what: /access denied/, fix: /secretsmanager:GetSecretValue/ },
    ],
    [
      'a token that has expired',
      'expired',
      fault(400, 'ExpiredTokenException'),
      { code: 'error:CREDENTIALS_DENIED', what: /have expired/, fix: /sign in again/ },
    ],
    [
      'too many requests',
      'throttled',
      fault(400, 'ThrottlingException'),
      { code: 'CREDENTIALS_UNAVAILABLE', what: /throttl/i, fix: /./, unreachable: true },
    ],
    [
      'a store that is down',
      'down',
      'down',
      { code: 'CREDENTIALS_UNAVAILABLE', what: /down|secret/, fix: /./, unreachable: true },
    ],
    [
      'a store that does not answer',
      'slow',
      { delayMs: 20_000 },
      { code: 'CREDENTIALS_UNAVAILABLE', what: /no answer within|did not give/, fix: /./, unreachable: true },
    ],
  ])('%s', async (_, id, failing, expected) => {
    moto.fail(failing)
    const report = await examine(id)
    expectOnly(report, expected)
    // The server itself was in order.
    expect(report.servers[0]?.addresses[0]?.tls?.protocol).toBe('TLSv1.3')
  })

  test('no credentials of AWS → the variables to set', async () => {
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }
    const report = await examine('alone', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, none)
    expectOnly(report, { code: 'error:CREDENTIALS_DENIED', what: /credentials/, fix: /AWS_|role|profile/ })
  })

  function fault(status: number, type: string) {
    return { status, body: { __type: type, message: `no ${CANARY}` } }
  }
})

describe.runIf(STORES.includes('bao'))('doctor: OpenBao', () => {
  let bao: OpenBao
  beforeAll(async () => {
    bao = await startOpenBao()
    await bao.api('POST', 'secret/data/good', { data: { username: 'scram_user', password: password() } })
    for (const path of ['sealed', 'down']) {
      await bao.api('POST', `secret/data/${path}`, { data: { username: 'scram_user', password: password() } })
    }
    await bao.api('POST', 'secret/data/shapeless', { data: { hello: CANARY } })
  })
  afterEach(() => bao.fail(undefined))
  afterAll(() => bao?.stop())

  function examine(path: string, given: Readonly<Record<string, string>> = {}): Promise<DoctorReport> {
    const store = { SECRETS_BACKEND: 'vault', VAULT_ADDR: bao.url, VAULT_TOKEN: bao.rootToken, VAULT_PATH: path }
    return doctor(
      { ...variables(store), ...given },
      [CANARY, password(), bao.rootToken],
      path === 'secret/sealed' ? 10 : 3,
    )
  }

  test('a good secret → its version and the login', async () => {
    const { code, servers: seen } = await examine('secret/good')
    expect({ code, user: seen[0]?.login?.user }).toEqual({ code: 0, user: 'scram_user' })
    expect(seen[0]?.secret).toMatchObject({ source: 'SECRETS_BACKEND=vault', version: expect.stringContaining('1') })
  })

  test.each<[string, string, Readonly<Record<string, string>>, Parameters<OpenBao['fail']>[0], Expected]>([
    [
      'a path that is not there',
      'secret/nowhere',
      {},
      undefined,
      { code: 'error:CREDENTIALS_NOT_FOUND', what: /secret\/nowhere/, fix: /./ },
    ],
    [
      'a secret of another shape',
      'secret/shapeless',
      {},
      undefined,
      { code: 'error:CREDENTIALS_INVALID', what: /shapeless.*password/, fix: /DB_SECRET_KEYS/ },
    ],
    [
      'a token that is not known',
      'secret/good',
      { VAULT_TOKEN: `s.${CANARY}` },
      undefined,
      { code: 'error:CREDENTIALS_DENIED', what: /./, fix: /./ },
    ],
    [
      'a store that is sealed',
      'secret/sealed',
      {},
      { status: 503, body: { errors: ['Vault is sealed'] } },
      { code: 'CREDENTIALS_UNAVAILABLE', what: /sealed|503/, fix: /./, unreachable: true },
    ],
    [
      'a store that is down',
      'secret/down',
      {},
      'down',
      { code: 'CREDENTIALS_UNAVAILABLE', what: /./, fix: /./, unreachable: true },
    ],
    [
      'an address in plain http elsewhere',
      'secret/good',
      { VAULT_ADDR: 'http://vault.example:8200' },
      undefined,
      { code: 'parameter:VAULT_ADDR', what: /plain http/, fix: /https/ },
    ],
  ])('%s', async (_, path, given, failing, expected) => {
    bao.fail(failing)
    expectOnly(await examine(path, given), expected)
  })
})
