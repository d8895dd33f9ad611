import { connect } from 'node:net'
import { createServer } from 'node:tls'
import { createHierarchy } from '@verifull/test-harness'
import { type OpenBao, startOpenBao, storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScript } from '../child.ts'
import { CANARY, canaryIn, type Search, searchFor } from './canary.ts'

const HAVE_BAO = (await storesHere(['bao'])).length > 0
const PATH = 'secret/data/orders'
const { root, servers } = await createHierarchy()

let bao: OpenBao
let secured: { readonly stop: () => void; readonly url: string }
let token = ''
let approle = { VAULT_ROLE_ID: '', VAULT_SECRET_ID: '' }

beforeAll(async () => {
  if (!HAVE_BAO) return
  bao = await startOpenBao()
  secured = await behindTls(bao.directPort)
  await bao.api('POST', PATH, { data: { username: 'app', password: CANARY } })
  const policy = `path "${PATH}" { capabilities = ["read"] }`
  await bao.api('PUT', 'sys/policies/acl/orders', { policy })
  const created = await bao.api('POST', 'auth/token/create', { policies: ['orders'] })
  token = created.auth?.client_token ?? ''
  await bao.api('POST', 'sys/auth/approle', { type: 'approle' })
  await bao.api('POST', 'auth/approle/role/orders', { token_policies: ['orders'] })
  const [role, secret] = [
    await bao.api('GET', 'auth/approle/role/orders/role-id'),
    await bao.api('POST', 'auth/approle/role/orders/secret-id'),
  ]
  approle = { VAULT_ROLE_ID: String(role.data?.role_id), VAULT_SECRET_ID: String(secret.data?.secret_id) }
})
afterAll(async () => {
  secured?.stop()
  await bao?.stop()
})

/** The store behind TLS. */
async function behindTls(port: number): Promise<typeof secured> {
  const { chain: cert, key } = servers.good
  const server = createServer({ cert, key }, (socket) => {
    const onward = connect(port, '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const one of [socket, onward]) one.on('error', () => socket.destroy() && onward.destroy())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const url = `https://localhost:${typeof address === 'object' && address ? address.port : 0}`
  return { url, stop: () => void server.close() }
}

/** Logins, and the texts of each that must not be printed. */
const LOGINS: Readonly<Record<string, () => readonly [Record<string, string>, readonly Search[]]>> = {
  'a token': () => [{ VAULT_TOKEN: token }, [searchFor(token, 8)]],
  'a role and its secret id': () => [approle, [searchFor(approle.VAULT_SECRET_ID, 8)]],
}

describe.runIf(HAVE_BAO).each(Object.entries(LOGINS))('NODE_DEBUG: %s for Vault', (_how, login) => {
  test.each([
    ['http', 'http'],
    ['http,https,net,tls', 'http'],
    ['http', 'https'],
    ['http,https,net,tls', 'https'],
    ['*', 'https'],
  ])('%s, over %s → neither it nor the password is printed', async (NODE_DEBUG, protocol) => {
    const [variables, searches] = login()
    const { output } = await runScript(
      `new pg.Pool(secureConfig()).query('select 1').catch(({ code }) => console.log('the end:', code))`,
      {
        environment: {
          ...variables,
          NODE_DEBUG,
          NODE_ENV: 'production',
          SECRETS_BACKEND: 'vault',
          VAULT_ADDR: protocol === 'https' ? secured.url : bao.url,
          VAULT_CACERT: root.certificate,
          VAULT_PATH: PATH,
          DB_HOST: '127.0.0.1',
          DB_PORT: '1',
          DB_SSL_MODE: 'verify-full',
        },
      },
    )
    // The secret was had: what follows is the server, which is not there.
    expect(output).toContain('the end: ECONNREFUSED')
    expect(output).toMatch(/^HTTP \d+: /m)
    expect(searches.flatMap((search) => search(output))).toEqual([])
    expect(canaryIn(output)).toEqual([])
  })
})
