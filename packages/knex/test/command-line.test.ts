import { startDatabase, startLoginStore } from '@verifull/test-harness'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKnexProject, type KnexProject } from './project.ts'

const database = await startDatabase()
const store = await startLoginStore(database.server)
const environment: Readonly<Record<string, string>> = { ...database.environment, STORE: store.url }
let project: KnexProject | undefined
afterAll(async () => {
  await store.stop()
  await database.stop()
})
beforeEach(async () => {
  store.asked = 0
  await database.server.sql('drop schema scram_user cascade; create schema scram_user authorization scram_user', 'app')
})
afterEach(async () => {
  await project?.remove()
})

const CONFIG = (extension: string) => `secureConfig(
  {
    migrations: { directory: './migrations', loadExtensions: ['.${extension}'] },
    seeds: { directory: './seeds', loadExtensions: ['.${extension}'] },
  },
  { secrets: async ({ signal }) => (await fetch(String(process.env.STORE), { signal })).json() },
)`
const UP = "(knex) => knex.schema.createTable('ship', (table) => { table.increments(); table.text('name') })"
const DOWN = "(knex) => knex.schema.dropTable('ship')"
const SEED = "(knex) => knex('ship').insert({ name: 'Fram' })"
const COMMONJS = {
  'migrations/1_ship.js': `exports.up = ${UP}\nexports.down = ${DOWN}\n`,
  'seeds/ships.js': `exports.seed = ${SEED}\n`,
}
const KNEX = "import type { Knex } from 'knex'\n"

/** Forms of knexfiles. */
const FORMATS: Readonly<Record<string, { flags?: readonly string[]; files: Readonly<Record<string, string>> }>> = {
  'CommonJS, flat': {
    files: {
      ...COMMONJS,
      'knexfile.js': `const { secureConfig } = require('@verifull/knex')\nmodule.exports = ${CONFIG('js')}\n`,
    },
  },
  'CommonJS, by environment': {
    files: {
      ...COMMONJS,
      'knexfile.js': `const { secureConfig } = require('@verifull/knex')\nmodule.exports = {
  development: secureConfig({ connection: { host: 'localhost', user: 'me', password: 'me', ssl: false } }, { policy: 'development' }),
  production: ${CONFIG('js')},
}\n`,
    },
  },
  'an ES module': {
    files: {
      'package.json': '{ "type": "module" }',
      'knexfile.mjs': `import { secureConfig } from '@verifull/knex'\nexport default ${CONFIG('mjs')}\n`,
      'migrations/1_ship.mjs': `export const up = ${UP}\nexport const down = ${DOWN}\n`,
      'seeds/ships.mjs': `export const seed = ${SEED}\n`,
    },
  },
  'TypeScript through tsx': {
    flags: ['--import', 'tsx'],
    files: {
      'knexfile.ts': `import { secureConfig } from '@verifull/knex'\nexport default ${CONFIG('ts')}\n`,
      'migrations/1_ship.ts': `${KNEX}export const up = ${UP.replace('(knex)', '(knex: Knex)')}\nexport const down = ${DOWN.replace('(knex)', '(knex: Knex)')}\n`,
      'seeds/ships.ts': `${KNEX}export const seed = ${SEED.replace('(knex)', '(knex: Knex)')}\n`,
    },
  },
}

const LOGIN = '{ secrets: async ({ signal }) => (await fetch(String(process.env.STORE), { signal })).json() }'
const MIGRATIONS = "migrations: { directory: './migrations' }"

/** Knexfiles with a configuration for each environment, of which production needs what a developer's machine has not. */
const KEYED: Readonly<Record<string, string>> = {
  'secureConfig() in each': `const { secureConfig } = require('@verifull/knex')\nmodule.exports = {
  development: secureConfig({ ${MIGRATIONS} }, { ...${LOGIN}, policy: 'development' }),
  production: secureConfig({ connection: { ssl: { ca: process.env.PRODUCTION_CA ?? '/etc/production/ca.crt' } }, ${MIGRATIONS} }, { ...${LOGIN}, policy: 'production' }),
}\n`,
  'secureConfigs()': `const { secureConfigs } = require('@verifull/knex')\nmodule.exports = secureConfigs({
  development: { ${MIGRATIONS} },
  production: () => ({ connection: { ssl: { ca: require('node:fs').readFileSync(String(process.env.PRODUCTION_CA)) } }, ${MIGRATIONS} }),
}, ${LOGIN})\n`,
}

describe.each(['knex', 'knex-3.0'] as const)('the command line of %s', (knex) => {
  test.each(Object.entries(KEYED))('by environment, with %s', { timeout: 90_000 }, async (_name, knexfile) => {
    const { NODE_ENV: _production, DB_SSL_CA = '', ...developer } = environment
    project = await createKnexProject({ knex, files: { ...COMMONJS, 'knexfile.js': knexfile } })
    const run = async (variables: Readonly<Record<string, string>>, ...args: string[]) => {
      const ended = await project?.knex(['migrate:latest', ...args], { ...developer, ...variables })
      return { code: ended?.code, output: ended?.output ?? '' }
    }
    const seen = async () => (await database.server.connectionsSeen()).length
    const done = {
      code: 0,
      output: expect.stringMatching(/environment: development\n(Batch 1 run|Already up to date)/),
    }
    expect(await run({ DB_SSL_CA })).toEqual(done)
    expect(await run({ DB_SSL_CA, NODE_ENV: 'development' })).toEqual(done)
    const before = await seen()
    const refused = { code: 1, output: expect.stringMatching(/\/etc\/production\/ca\.crt|ENOENT/) }
    expect(await run({ DB_SSL_CA }, '--env', 'production')).toEqual(refused)
    expect(await run({ DB_SSL_CA, NODE_ENV: 'production' })).toEqual(refused)
    expect(await seen()).toBe(before)
    expect(await run({ NODE_ENV: 'production', PRODUCTION_CA: DB_SSL_CA })).toEqual({
      code: 0,
      output: expect.stringMatching(/environment: production\nAlready up to date\n$/),
    })
  })

  test.each(Object.entries(FORMATS))('migrates and seeds, with %s', { timeout: 90_000 }, async (_name, format) => {
    project = await createKnexProject({ knex, ...format })
    const run = async (command: string, ...args: string[]) => {
      const ended = await project?.knex([command, ...args], environment)
      return { code: ended?.code, output: ended?.output ?? '' }
    }
    const tables = async () => {
      const question = "select tablename from pg_tables where schemaname = 'scram_user' order by 1"
      return (await database.server.sql(question, 'app')).map(({ tablename }) => tablename)
    }
    const well = (output: RegExp) => ({ code: 0, output: expect.stringMatching(output) })
    const before = (await database.server.connectionsSeen()).length
    expect(await run('migrate:make', 'add_port')).toEqual(well(/Created Migration: .*_add_port\.(js|mjs|ts)\n/))
    expect(await run('migrate:status')).toEqual(well(/Found 2 Pending Migration file\/files\./))
    expect(await run('migrate:latest')).toEqual(well(/Batch 1 run: 2 migrations\n$/))
    expect(await tables()).toEqual(['knex_migrations', 'knex_migrations_lock', 'ship'])
    expect(await run('seed:run')).toEqual(well(/Ran 1 seed files\n$/))
    expect(await database.server.sql('select name from scram_user.ship', 'app')).toEqual([{ name: 'Fram' }])
    expect(await run('migrate:latest')).toEqual(well(/Already up to date\n$/))
    expect(await run('migrate:rollback')).toEqual(well(/Batch 1 rolled back: 2 migrations\n$/))
    expect(await tables()).toEqual(['knex_migrations', 'knex_migrations_lock'])
    const connections = (await database.server.connectionsSeen()).slice(before)
    expect(connections.length).toBeGreaterThanOrEqual(5)
    expect(new Set(connections.map(({ authorized }) => authorized?.user))).toEqual(new Set(['scram_user']))
    expect(connections.filter(({ authorized }) => authorized?.tls === undefined)).toEqual([])
    // Each of the five commands that connect is a process of its own, which fetches the secret once.
    expect(store.asked).toBe(5)
  })

  test('with a connection of its own in the arguments is refused by name', { timeout: 60_000 }, async () => {
    project = await createKnexProject({ knex, files: FORMATS['CommonJS, flat']?.files ?? {} })
    const elsewhere = 'postgres://trust_user:x@127.0.0.1:1/app?sslmode=disable'
    const { code, output } = await project.knex(['migrate:latest', '--connection', elsewhere], environment)
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(/1\. option connection\.host is laid over a secured configuration/),
    })
  })

  describe('ends with our words', () => {
    const complaint = async (more: Readonly<Record<string, string>>) => {
      project = await createKnexProject({ knex, files: FORMATS['CommonJS, flat']?.files ?? {} })
      const { code, output } = await project.knex(['migrate:latest'], { ...environment, ...more })
      expect(code).toBe(1)
      expect(output).not.toContain(database.server.password('scram_user'))
      return output
    }

    test('where a setting is wrong', async () => {
      expect(await complaint({ DB_SSL_MODE: 'verify_full' })).toContain(
        'ConfigurationError [CONFIGURATION]: invalid sslmode value "verify_full" (from DB_SSL_MODE); did you mean verify-full?\n',
      )
    })

    test('where several are', async () => {
      expect(await complaint({ DB_SSL_MODE: 'disable', DB_PORT: 'x' })).toMatch(
        /ConfigurationError \[CONFIGURATION\]: \d problems with the connection settings:\n {2}1\. .*port.*\n {2}2\. .*sslmode=disable/,
      )
    })

    test('where the server is not trusted', async () => {
      expect(await complaint({ DB_SSL_CA: '' })).toMatch(
        /TlsError \[TLS_ISSUER\]: certificate of localhost:\d+ is issued by .*, which does not lead to a root in sslrootcert/,
      )
    })
  })
})
