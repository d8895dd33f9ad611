import { copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHierarchy, type PostgresServer, startPostgres } from '@verifull/test-harness'
import { type OpenBao, startOpenBao, storesHere } from '@verifull/test-harness/secret-stores'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ISOLATING } from './consumers/isolated.ts'
import { type PackageName, pack } from './consumers/packed.ts'

const HAVE_BAO = (await storesHere(['bao'])).length > 0
const VAULT_PATH = 'secret/app/production'

let packed: string
let tarball: (name: PackageName) => string
let server: PostgresServer
let bao: OpenBao
let root: string
beforeAll(async () => {
  if (!HAVE_BAO) return
  packed = await realpath(await mkdtemp(join(tmpdir(), 'verifull-packed-')))
  const { root: authority, servers } = await createHierarchy()
  root = authority.certificate
  const tls = { certificate: servers.good.chain, key: servers.good.key }
  ;[tarball, server, bao] = await Promise.all([pack(packed), startPostgres({ tls }), startOpenBao()])
  const data = { username: 'scram_user', password: server.password('scram_user') }
  await bao.api('POST', 'secret/data/app/production', { data })
}, 240_000)
afterAll(async () => {
  await Promise.all([server?.stop(), bao?.stop(), packed && rm(packed, { recursive: true })])
})

describe.runIf(HAVE_BAO)('an application whose packages see only what they declare', () => {
  for (const { name, install, node } of ISOLATING) {
    test(`${name}: SECRETS_BACKEND=vault with its SDK installed by the application → each adapter connects`, {
      timeout: 240_000,
    }, async () => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'verifull-isolated-')))
      onTestFinished(() => rm(folder, { recursive: true }))
      await install(folder, tarball)
      await copyFile(join(__dirname, 'consumers/with-secrets.cjs'), join(folder, 'application.cjs'))
      await writeFile(join(folder, 'root.crt'), root)
      const { PATH, HOME } = process.env
      const ran = await node(folder, 'application.cjs', {
        ...{ PATH, HOME, DB_HOST: server.host, DB_PORT: String(server.port), DB_NAME: server.database },
        ...{ DB_SSL_CA: 'root.crt', SECRETS_BACKEND: 'vault', VAULT_PATH },
        ...{ VAULT_ADDR: bao.url, VAULT_TOKEN: bao.rootToken },
      })
      expect(ran).toEqual({ code: 0, output: expect.any(String) })
      const connected = { ssl: true, user: 'scram_user' }
      expect(JSON.parse(ran.output)).toEqual({
        inCode: connected,
        byVariable: [connected, connected, connected, connected],
        oneCopy: [true, true, true, true],
        coreFromHere: 'MODULE_NOT_FOUND',
      })
    })
  }
})
