import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHierarchy, type PostgresServer, startPostgres } from '@verifull/test-harness'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPacked, pack } from './consumers/packed.ts'
import { run } from './consumers/run.ts'

let folder: string
let server: PostgresServer
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'verifull-nestjs-')))
  await cp(join(__dirname, '../examples/nestjs'), folder, { recursive: true })
  const tarball = await pack(folder)
  await installPacked(folder, ['@verifull/core', '@verifull/pg', '@verifull/typeorm', '@verifull/sequelize'], tarball)
  const { root, servers } = await createHierarchy()
  server = await startPostgres({ tls: { certificate: servers.good.chain, key: servers.good.key } })
  await server.sql('grant create on schema public to public', server.database)
  await writeFile(join(folder, 'root.crt'), root.certificate)
  await writeFile(join(folder, 'password'), server.password('scram_user'), { mode: 0o600 })
}, 240_000)
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('NestJS example: its own tests, CommonJS with Jest → pass on a server that sees TLS', async () => {
  const { PATH, HOME } = process.env
  const where = { DB_HOST: server.host, DB_PORT: String(server.port), DB_NAME: server.database }
  const who = { DB_USER: 'scram_user', DB_PASSWORD_FILE: 'password', DB_SSL_CA: 'root.crt', NODE_ENV: 'production' }
  const ran = await run('npx', ['jest', '--forceExit=false'], folder, { PATH, HOME, ...where, ...who })
  expect(ran.output).toContain('3 passed, 3 total')
  expect(ran.output).not.toContain('did not exit')
  expect(ran.code).toBe(0)
  const seen = (await server.connectionsSeen()).filter(({ authorized }) => authorized?.user === 'scram_user')
  expect(seen.length).toBeGreaterThan(1)
  expect(seen.filter(({ authorized }) => authorized?.tls === undefined)).toEqual([])
}, 120_000)
