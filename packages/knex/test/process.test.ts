import { join } from 'node:path'
import * as core from '@verifull/core'
import { type Database, startDatabase } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKnexProject, type KnexProject } from './project.ts'

const ESBUILD = join(__dirname, '../../../node_modules/esbuild/bin/esbuild')
/** Databases whose drivers nobody here has; Knex names them all. */
const OTHER_DRIVERS = ['better-sqlite3', 'mariadb', 'mysql', 'mysql2', 'oracledb', 'sqlite3', 'tedious', 'pg-native']

const COMMONJS = "const { secureConfig } = require('@verifull/knex')\nconst knex = require('knex')\n"
const ES_MODULE = "import { secureConfig } from '@verifull/knex'\nimport knex from 'knex'\n"
const SEEN = "'select ssl, current_user as user from pg_stat_ssl where pid = pg_backend_pid()'"
const ASK = `async function main() {
  const db = knex(secureConfig({ pool: { min: 2 } }))
  console.log((await db.raw(${SEEN})).rows)
  await db.destroy()
}
main()
`
const NATIVE = `module.exports = class { constructor() { console.log('native driver') } connect(conninfo, done) { done(new Error(/host='[^']*'/.exec(conninfo)?.[0])) } end() {} }`

const FILES = {
  'ask.cjs': COMMONJS + ASK,
  'ask.mjs': ES_MODULE + ASK,
  'native/pg-native/index.js': NATIVE,
  'native.cjs': `${COMMONJS}const db = knex({ ...secureConfig({ log: { warn() {} } }), client: 'pgnative' })
db.raw('select 1').catch(({ code, message }) => console.log(code, message)).then(() => db.destroy())
`,
  'names.cjs': `const names = require('@verifull/knex')
console.log(Object.keys(names).sort().join(' '))
`,
}

let database: Database
let project: KnexProject
let environment: Readonly<Record<string, string>>
beforeAll(async () => {
  database = await startDatabase()
  project = await createKnexProject({ knex: 'knex', files: FILES })
  const password = database.server.password('scram_user')
  environment = { ...database.environment, NODE_NO_WARNINGS: '1', DB_USER: 'scram_user', DB_PASSWORD: password }
})
afterAll(async () => {
  await project?.remove()
  await database?.stop()
})

const ENCRYPTED = { code: 0, output: "[ { ssl: true, user: 'scram_user' } ]\n" }

describe('a process of its own, with the package as it is built', () => {
  test.each(['ask.cjs', 'ask.mjs'])('%s asks over TLS and ends by itself', async (script) => {
    expect(await project.run([script], environment)).toEqual(ENCRYPTED)
  })

  test('required by name → its own exports, and those of core for applications', async () => {
    const names = [
      ...Object.keys(core),
      ...['attestationOf', 'explain', 'monitor', 'readAfter', 'resolveProfile'],
      ...['secureConfig', 'secureConfigs', 'secureReplication'],
    ]
    expect((await project.run(['names.cjs'], environment)).output).toBe(`${[...new Set(names)].sort().join(' ')}\n`)
  })
})

describe('with pg-native installed', () => {
  const installed = () => ({ ...environment, NODE_PATH: join(project.folder, 'native') })

  test('client: pgnative over the configuration leads to a socket that is not there', async () => {
    const { code, output } = await project.run(['native.cjs'], installed())
    expect({ code, output }).toEqual({
      code: 0,
      output: "native driver\nundefined host='/only-verifull-may-connect'\n",
    })
  })
})

test.each(['ask.cjs', 'ask.mjs'])('bundled into one file by esbuild, %s asks over TLS', async (script) => {
  const external = OTHER_DRIVERS.map((name) => `--external:${name}`)
  const bundled = await project.run(
    [ESBUILD, script, '--bundle', '--platform=node', '--outfile=out/bundle.cjs', '--log-level=error', ...external],
    environment,
  )
  expect(bundled).toEqual({ code: 0, output: '' })
  expect(await project.run(['out/bundle.cjs'], environment)).toEqual(ENCRYPTED)
})
