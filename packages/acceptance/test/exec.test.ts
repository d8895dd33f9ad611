import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
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

  test('exec: pg_dump in its binary format → dumps that pg_restore reads; another root → pg_dump refuses the server', () => {
    const text = exec(['sh', '-c', 'pg_dump --format=custom --schema-only | pg_restore --list'])
    expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('Archive created')])
    expect(exec(['pg_dump', '--format=custom', '--schema-only', '--file=app.dump']).code).toBe(0)
    expect(statSync(join(folder, 'app.dump')).size).toBeGreaterThan(0)
    const wrong = exec(['pg_dump', '--schema-only'], { DB_SSL_CA: wrongRoot })
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('certificate verify failed')])
  })
}

/** Programs of npm that take a URL as pg does, each with its files and the words of a migration. */
const TOOLS: readonly (readonly [name: string, bin: string, words: readonly string[], said: RegExp])[] = [
  ['knex', 'bin/cli.js', ['migrate:latest'], /Batch 1 run: 1 migrations/],
  ['drizzle-kit', 'bin.cjs', ['migrate'], /migrations applied successfully/],
  ['drizzle-kit', 'bin.cjs', ['push'], /No changes detected/],
  [
    'node-pg-migrate',
    'bin/node-pg-migrate.js',
    ['up', '--migrations-dir', 'of-node-pg-migrate'],
    /Migrations complete/,
  ],
  ['sequelize-cli', 'lib/sequelize', ['db:migrate', '--config', 'sequelize.js'], /1-first: migrated/],
  ['typeorm', 'cli.js', ['migration:run', '--dataSource', 'data-source.js'], /has been executed successfully/],
]

/** Files of those programs by path. Each makes a table of its own. */
const FILES: Readonly<Record<string, string>> = {
  'knexfile.js': `module.exports = { client: 'pg', connection: process.env.DATABASE_URL, migrations: { directory: 'of-knex' } }`,
  'of-knex/1-first.js': `exports.up = (knex) => knex.schema.createTable('of_knex', (table) => table.increments()); exports.down = () => {}`,
  'drizzle.config.js': `module.exports = { dialect: 'postgresql', schema: './schema.js', out: './drizzle', schemaFilter: ['of_drizzle'], dbCredentials: { url: process.env.DATABASE_URL } }`,
  'schema.js': `const { integer, pgSchema } = require('drizzle-orm/pg-core'); exports.schema = pgSchema('of_drizzle'); exports.table = exports.schema.table('first', { id: integer('id') })`,
  'drizzle/0000_first.sql': 'create schema "of_drizzle"; create table "of_drizzle"."first" ("id" integer);',
  'drizzle/meta/_journal.json': JSON.stringify({
    version: '7',
    dialect: 'postgresql',
    entries: [{ idx: 0, version: '7', when: 1, tag: '0000_first', breakpoints: true }],
  }),
  'of-node-pg-migrate/1_first.js': `exports.up = (pgm) => pgm.createTable('of_node_pg_migrate', { id: 'id' }); exports.down = false`,
  // sequelize-cli hands on host, port, database and login of a URL alone.
  'sequelize.js': `module.exports = { production: { use_env_variable: 'DATABASE_URL', dialect: 'postgres', dialectOptions: { ssl: { ca: require('node:fs').readFileSync(process.env.PGSSLROOTCERT) } } } }`,
  'migrations/1-first.js': `module.exports = { up: (query) => query.createTable('of_sequelize', { id: 'integer' }), down: async () => {} }`,
  'data-source.js': `const { DataSource } = require('typeorm')
    class First1700000000000 { name = 'First1700000000000'; up(query) { return query.query('create table of_typeorm (id integer)') } async down() {} }
    module.exports = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, migrations: [First1700000000000] })`,
}

beforeAll(() => {
  const require = createRequire(import.meta.url)
  mkdirSync(join(folder, 'node_modules'))
  for (const name of [
    'knex',
    'drizzle-kit',
    'drizzle-orm',
    'node-pg-migrate',
    'pg',
    'sequelize',
    'sequelize-cli',
    'typeorm',
  ]) {
    symlinkSync(packageFolder(require.resolve.paths(name) ?? [], name), join(folder, 'node_modules', name))
  }
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
})

function packageFolder(places: readonly string[], name: string): string {
  const found = places.map((place) => join(place, name)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`${name} is not installed`)
  return realpathSync(found)
}

test.each(TOOLS)('exec: %s (%s) %j → migrates over verified TLS; another root → refused', (name, bin, words, said) => {
  const command = [process.execPath, join(folder, 'node_modules', name, bin), ...words]
  const wrong = exec(command, { DB_SSL_CA: wrongRoot })
  expect(wrong.code).toBe(1)
  // drizzle-kit clears its message away with its spinner.
  if (name !== 'drizzle-kit') expect(wrong.stdout + wrong.stderr).toMatch(/unable to verify|self-signed certificate/)
  const right = exec(command)
  expect([right.code, right.stdout + right.stderr]).toEqual([0, expect.stringMatching(said)])
})
