import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createHierarchy, type PostgresServer, startPostgres } from '@verifull/test-harness'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'verifull-exec-tools-'))
const program = join(import.meta.dirname, '../../cli/bin/verifull.js')
let server: PostgresServer
let wrongRoot: string
beforeAll(async () => {
  const { root, otherRoot, servers } = await createHierarchy()
  server = await startPostgres({ major: 15, tls: { certificate: servers.good.chain, key: servers.good.key } })
  await server.sql('grant create on schema public to public', server.database)
  writeFileSync(join(folder, 'root.crt'), root.certificate)
  wrongRoot = join(folder, 'other.crt')
  writeFileSync(wrongRoot, otherRoot.certificate)
  writeFileSync(join(folder, 'password'), server.password('scram_user'), { mode: 0o600 })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a program with `verifull exec`, in the folder of the test. */
function exec(command: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const { PATH } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'exec', '--', ...command], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH,
      HOME: folder,
      NODE_ENV: 'production',
      DB_HOST: 'localhost',
      DB_PORT: String(server.port),
      DB_NAME: server.database,
      DB_USER: 'scram_user',
      DB_PASSWORD_FILE: join(folder, 'password'),
      DB_SSL_CA: join(folder, 'root.crt'),
      ...settings,
    },
  })
  expect(stdout + stderr).not.toContain(server.password('scram_user'))
  return { code: status, stdout, stderr }
}

/** Programs that read libpq's variables, and their own presence: they are demanded in CI. */
const hasPsql = spawnSync('psql', ['--version']).status === 0
if (!hasPsql) {
  const text = 'NOT TESTED: psql and pg_dump are not installed here'
  if (process.env.CI === 'true') throw new Error(text)
  process.stderr.write(`${text}\n`)
}

const QUESTION = 'select ssl, current_user, current_database() from pg_stat_ssl where pid = pg_backend_pid()'

if (hasPsql) {
  test('exec: psql → a session with TLS as the server sees it; another root → psql refuses the server', () => {
    const right = exec(['psql', '-XAtc', QUESTION])
    expect([right.stderr, right.stdout.trim(), right.code]).toEqual(['', 't|scram_user|app', 0])
    const wrong = exec(['psql', '-XAtc', QUESTION], { DB_SSL_CA: wrongRoot })
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('certificate verify failed')
  })

  test('exec: psql with the URL → the same session', () => {
    const { stdout, stderr, code } = exec(['sh', '-c', `psql "$DATABASE_URL" -XAtc "${QUESTION}"`])
    expect([stderr, stdout.trim(), code]).toEqual(['', 't|scram_user|app', 0])
  })

  test('exec: pg_dump in its binary format, to stdout and to a file → dumps that pg_restore reads', () => {
    const text = exec(['sh', '-c', 'pg_dump --format=custom --schema-only | pg_restore --list'])
    expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('Archive created')])
    expect(exec(['pg_dump', '--format=custom', '--schema-only', '--file=app.dump']).code).toBe(0)
    expect(statSync(join(folder, 'app.dump')).size).toBeGreaterThan(0)
  })
}

test('exec: Knex with the URL, through plain pg → migrates over verified TLS; another root → refused', () => {
  const require = createRequire(import.meta.url)
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(dirname(require.resolve('knex/package.json')), join(folder, 'node_modules/knex'))
  const knex = join(folder, 'node_modules/knex/bin/cli.js')
  writeFileSync(join(folder, 'knexfile.js'), `module.exports = { client: 'pg', connection: process.env.DATABASE_URL }`)
  const made = exec([process.execPath, knex, 'migrate:make', 'first'], {})
  expect([made.stderr, made.code]).toEqual(['', 0])
  const migrate = [process.execPath, knex, 'migrate:latest']
  const right = exec(migrate)
  expect([right.code, right.stdout]).toEqual([0, expect.stringContaining('Batch 1 run: 1 migrations')])
  const wrong = exec(migrate, { DB_SSL_CA: wrongRoot })
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toMatch(/unable to verify|self-signed certificate/)
})
