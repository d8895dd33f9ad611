import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withVariables } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReportedFinding, Unchecked } from '../../src/report/report.ts'
import { verifull } from '../run.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-check-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SECRET = 'a-long-random-1'
const GOOD = `DB_HOST=db.example\nDB_USER=app\nDB_PASSWORD=${SECRET}\nDB_NAME=orders\n`

const FILES: Readonly<Record<string, string>> = {
  'prod.vars': GOOD,
  'plain.vars': `# production\n${GOOD}PGSSLMODE=disable\n`,
  'config/.env.production': GOOD,
  'allowed/.env.production': `${GOOD}VERIFULL_ALLOW=password-dotenv: the image is built from it\n`,
  'absent.vars': `${GOOD}DB_SSL_CA=/production/ca.pem\n`,
  'node.vars': `${GOOD}NODE_TLS_REJECT_UNAUTHORIZED=0\n`,
  'url.vars': `DATABASE_URL=postgres://app:${SECRET}@db.example/orders\n`,
  'config.json': JSON.stringify(
    {
      development: {
        username: 'app',
        database: 'd',
        host: 'db.example',
        dialect: 'postgres',
        dialectOptions: { ssl: false },
      },
      test: { username: 'app', host: 'db.example', dialect: 'mysql' },
      production: {
        username: 'app',
        host: 'db.example',
        dialect: 'postgres',
        dialectOptions: { ssl: { require: true, rejectUnauthorized: false } },
      },
      other: { username: 'app', host: 'db.example', dialect: 'postgres', dialectOptions: { ssl: false } },
    },
    undefined,
    2,
  ),
  'variable.json': JSON.stringify({ production: { use_env_variable: 'DATABASE_URL', dialect: 'postgres' } }),
  'ormconfig.json': JSON.stringify([
    { type: 'postgres', url: 'postgres://app@db.example/d', extra: { ssl: { rejectUnauthorized: false } } },
    {
      type: 'postgres',
      username: 'app',
      replication: { master: { host: 'w.example' }, slaves: [{ host: 'r.example', ssl: false }] },
    },
  ]),
  'knexfile.json': JSON.stringify({
    production: { client: 'pg', connection: 'postgres://app@h.example/d?sslmode=no-verify' },
  }),
  'knexfile.js': 'process.exit(77)',
  'constants.js': `require('dotenv').config()
    const ssl = { rejectUnauthorized: process.env.NODE_ENV !== 'production' }
    const shared = { client: 'pg', pool: { afterCreate() {} } }
    module.exports = {
      staging: { ...shared, connection: { host: process.env.STAGING_HOST, user: 'app' } },
      production: { ...shared, connection: { host: 'db.example', user: 'app', ssl } },
    }`,
  'source.ts': `import { DataSource } from 'typeorm'
    export const source: DataSource = new DataSource({
      type: 'postgres', url: process.env.DATABASE_URL, entities: [User], ssl: { servername: 'db.example' } as const,
    })`,
  'changed.js': `const c = { host: 'db.example', user: 'app' }\nmodule.exports = c\nc.ssl = false`,
  'read.js': `module.exports = { host: 'db.example', ssl: { ca: require('fs').readFileSync('ca.pem') } }`,
  'code.cjs': 'module.exports = {',
  'broken.json': '{ "host": ',
  'empty.json': '{}',
}

beforeAll(() => {
  for (const name of ['config', 'allowed']) mkdirSync(join(folder, name))
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content)
})

async function check(...words: string[]) {
  const { code, stdout, stderr } = await verifull(['check', ...words, '--format', 'json'], {
    folder,
    environment: { PGSSLMODE: 'disable', DB_HOST: 'ci.example', PGUSER: 'ci' },
  })
  expect(stdout + stderr).not.toContain(SECRET)
  const { findings = [], unchecked = [], judged = [], skipped = [] } = stdout === '' ? {} : JSON.parse(stdout)
  const rules = (findings as ReportedFinding[]).map(({ rule, severity }) => `${rule} ${severity}`)
  return {
    code,
    stderr,
    findings: findings as ReportedFinding[],
    rules,
    unchecked: unchecked as Unchecked[],
    judged,
    skipped,
  }
}

test('check: good variables of production → accepted, whatever the variables of CI are', async () => {
  const { code, rules, judged } = await check('--env-file', 'prod.vars')
  expect(rules).toEqual(['password-in-plain-sight warn'])
  expect(code).toBe(0)
  expect(judged).toMatchObject([
    { name: 'prod.vars', policy: { name: 'production' }, sslmode: { value: 'verify-full' } },
  ])
})

test('check: --inherit-env → the variables of CI count below those of the files', async () => {
  const { code, rules } = await check('--env-file', 'prod.vars', '--inherit-env')
  expect(code).toBe(1)
  expect(rules).toContain('plaintext-remote refuse')
})

test('check: plaintext → refused, at the line of its variable', async () => {
  const { code, findings } = await check('--env-file', 'plain.vars')
  expect(code).toBe(1)
  expect(findings[0]).toMatchObject({ rule: 'plaintext-remote', location: { file: 'plain.vars', line: 6 } })
})

test.each([
  ['development', 0, 'plaintext-remote warn'],
  ['production', 1, 'plaintext-remote refuse'],
])('check: --policy %s → judges by it', async (policy, code, rule) => {
  const judged = await check('--env-file', 'plain.vars', '--policy', policy)
  expect(judged.rules).toContain(rule)
  expect(judged.code).toBe(code)
})

test('check: a password in a .env file → refused once; allowed by name in the file → a warning', async () => {
  const refused = await check('--env-file', 'config/.env.production')
  expect(refused.rules.filter((rule) => rule.startsWith('password-dotenv'))).toEqual(['password-dotenv refuse'])
  const allowed = await check('--env-file', 'allowed/.env.production')
  expect(allowed.rules).toContain('password-dotenv warn')
  expect(allowed.code).toBe(0)
})

test('check: a file of production that is not on this machine → not checked, exit code 3', async () => {
  const { code, unchecked, rules } = await check('--env-file', 'absent.vars')
  expect(code).toBe(3)
  expect(rules).toEqual(['password-in-plain-sight warn'])
  expect(unchecked[0]?.why).toContain('/production/ca.pem')
})

test('check: NODE_TLS_REJECT_UNAUTHORIZED=0 of CI → does not count; that of production → refused', async () => {
  await withVariables({ NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_PG_FORCE_NATIVE: '1' }, async () => {
    expect((await check('--env-file', 'prod.vars')).code).toBe(0)
  })
  expect((await check('--env-file', 'node.vars')).rules).toContain('node-verification-off refuse')
})

test('check: a file by environment → each block by the policy of its key, others by production; other databases skipped', async () => {
  const { code, findings, judged, skipped } = await check('--config', 'config.json')
  expect(code).toBe(1)
  expect(judged.map(({ policy }: { policy: { name: string } }) => policy.name)).toEqual([
    'development',
    'production',
    'production',
  ])
  expect(skipped).toEqual(['config.json: test: skipped, it is for mysql'])
  expect(findings.filter(({ severity }) => severity === 'refuse')).toMatchObject([
    { rule: 'verification-off', location: { file: 'config.json', line: 16 } },
    { rule: 'plaintext-remote', location: { line: 27 } },
  ])
})

test('check: use_env_variable → the URL of the variables; without it → not checked', async () => {
  expect((await check('--config', 'variable.json', '--env-file', 'url.vars')).code).toBe(0)
  const { code, unchecked } = await check('--config', 'variable.json')
  expect(code).toBe(3)
  expect(unchecked).toMatchObject([{ what: 'variable.json: production', why: expect.stringContaining('DATABASE_URL') }])
})

test('check: a list of TypeORM connections, and a knexfile in JSON → each connection and replica', async () => {
  const { rules } = await check('--config', 'ormconfig.json')
  expect(rules).toEqual(expect.arrayContaining(['verification-off refuse', 'plaintext-remote refuse']))
  const knex = await check('--config', 'knexfile.json')
  expect(knex.code).toBe(1)
  expect(knex.findings[0]?.what).toContain('no-verify')
})

test('check: a configuration of constants in code → each connection judged, and nothing executed', async () => {
  const { code, rules, unchecked, judged } = await check('--config', 'constants.js')
  expect(code).toBe(1)
  expect(rules).toContain('verification-off refuse')
  expect(judged).toMatchObject([{ name: 'constants.js: production', policy: { name: 'production' } }])
  expect(unchecked).toEqual([
    {
      what: 'constants.js: staging',
      why: 'its connection.host is STAGING_HOST, which is not set; give it with --env-file',
    },
  ])
})

test('check: a DataSource in TypeScript, with its variable → judged and accepted', async () => {
  const { code, judged } = await check('--config', 'source.ts', '--env-file', 'url.vars')
  expect({ code, judged }).toMatchObject({
    code: 0,
    judged: [{ name: 'source.ts', sslmode: { value: 'verify-full' } }],
  })
})

test.each([
  ['knexfile.js', 'is not executed'],
  ['changed.js', 'is not executed'],
  ['read.js', 'its ssl.ca is not a constant'],
  ['source.ts', 'its url is DATABASE_URL, which is not set; give it with --env-file'],
  ['code.cjs', 'cannot be parsed'],
  ['broken.json', 'not JSON'],
  ['empty.json', 'no connection'],
  ['none.json', 'does not exist'],
  ['config', 'is a folder'],
])('check: --config %s → not checked, with the reason, exit code 3', async (file, why) => {
  const { code, unchecked } = await check('--config', file)
  expect(code).toBe(3)
  expect(unchecked).toMatchObject([{ what: file, why: expect.stringContaining(why) }])
})

test('check: nothing to check, and a file of variables that is none → exit code 2', async () => {
  expect((await check()).stderr).toContain('there is nothing to check')
  const { code, stderr } = await check('--env-file', 'none.vars')
  expect(code).toBe(2)
  expect(stderr).toBe('verifull: the file of variables none.vars does not exist\n')
})

test('check: text in 40 columns → a line per connection', async () => {
  const { stdout } = await verifull(['check', '--config', 'config.json'], { folder, columns: 40 })
  expect(stdout).toContain('config.json: production: refused by')
  expect(stdout.split('\n').filter((line) => line.length > 40 && line.trim().includes(' '))).toEqual([])
})
