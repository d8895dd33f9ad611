import { startDatabase, startLoginStore } from '@verifull/test-harness'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTypeormProject, type TypeormProject } from './project.ts'

const database = await startDatabase()
const store = await startLoginStore(database.server)
const environment = { ...database.environment, STORE: store.url }
let project: TypeormProject | undefined
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

const SHIP = `new EntitySchema({ name: 'ship', columns: { id: { type: 'int', primary: true }, name: { type: 'text' } } })`
const CONFIG = (migrations: string) => `new DataSource(secureConfig(
  { entities: [${SHIP}], migrations: ['migrations/*.${migrations}'] },
  { secrets: async ({ signal }) => (await fetch(process.env.STORE, { signal })).json() },
))`
const IMPORTS = `import { secureConfig } from '@verifull/typeorm'\nimport { DataSource, EntitySchema } from 'typeorm'\n`

/** Forms of applications, and the start of their command line. */
const FORMATS = {
  CommonJS: {
    source: 'data-source.js',
    generate: ['-o'],
    files: {
      'package.json': '{}',
      'data-source.js': `const { secureConfig } = require('@verifull/typeorm')
const { DataSource, EntitySchema } = require('typeorm')
module.exports = ${CONFIG('js')}\n`,
    },
  },
  'ES modules': {
    source: 'data-source.mjs',
    generate: ['-o', '--esm'],
    files: { 'package.json': '{ "type": "module" }', 'data-source.mjs': `${IMPORTS}export default ${CONFIG('js')}\n` },
  },
  'TypeScript through tsx': {
    source: 'data-source.ts',
    generate: [],
    flags: ['--import', 'tsx'],
    files: {
      'package.json': '{}',
      'data-source.ts': `${IMPORTS}export const db = ${CONFIG('ts').replaceAll('process.env.STORE', 'String(process.env.STORE)')}\n`,
    },
  },
} as const

describe.each(['typeorm', 'typeorm-0.3'] as const)('the command line of %s', (typeorm) => {
  test.each(Object.entries(FORMATS))(
    'migrates, with %s',
    { timeout: 90_000 },
    async (_name, { source, generate, ...format }) => {
      project = await createTypeormProject({ typeorm, ...format })
      const run = async (command: string, ...args: string[]) => {
        const ended = await project?.typeorm([command, '-d', source, ...args], environment)
        return { code: ended?.code, output: ended?.output ?? '' }
      }
      const tables = async () => {
        const rows = await database.server.sql(
          "select tablename from pg_tables where schemaname = 'scram_user' order by 1",
          'app',
        )
        return rows.map(({ tablename }) => tablename)
      }
      const before = (await database.server.connectionsSeen()).length
      expect(await run('migration:generate', ...generate, 'migrations/AddShip')).toEqual({
        code: 0,
        output: expect.stringMatching(/AddShip\.[jt]s has been generated successfully/),
      })
      expect(await run('migration:run')).toEqual({
        code: 0,
        output: expect.stringMatching(/Migration AddShip\d+ has been executed successfully/),
      })
      expect(await tables()).toEqual(['migrations', 'ship'])
      expect(await run('migration:show')).toEqual({ code: 0, output: expect.stringMatching(/\[X\] 1 AddShip\d+/) })
      expect(await run('migration:revert')).toEqual({
        code: 0,
        output: expect.stringMatching(/Migration AddShip\d+ has been reverted successfully/),
      })
      expect(await tables()).toEqual(['migrations'])
      const connections = (await database.server.connectionsSeen()).slice(before)
      expect(connections.length).toBeGreaterThanOrEqual(4)
      expect(new Set(connections.map(({ authorized }) => authorized?.user))).toEqual(new Set(['scram_user']))
      expect(connections.filter(({ authorized }) => authorized?.tls === undefined)).toEqual([])
      // Each of the four commands is a process of its own, which fetches the secret once for all its connections.
      expect(store.asked).toBe(4)
    },
  )

  test('query asks over TLS', { timeout: 60_000 }, async () => {
    project = await createTypeormProject({ typeorm, ...FORMATS.CommonJS })
    const sql = 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()'
    const { code, output } = await project.typeorm(['query', sql, '-d', 'data-source.js'], environment)
    expect(output).toMatch(/ssl: true/)
    expect(code).toBe(0)
  })

  describe('ends with our words', () => {
    const complaint = async (more: Readonly<Record<string, string>>) => {
      project = await createTypeormProject({ typeorm, ...FORMATS.CommonJS })
      const { code, output } = await project.typeorm(['migration:run', '-d', 'data-source.js'], {
        ...environment,
        ...more,
      })
      expect(code).toBe(1)
      expect(output).not.toContain(database.server.password('scram_user'))
      return output
    }

    const UNREADABLE = String.raw`^Error during migration run:\nError: Unable to open file: ".*data-source\.js"\. `

    test('where a setting is wrong', async () => {
      const words = String.raw`invalid sslmode value "verify_full" \(from DB_SSL_MODE\); did you mean verify-full\?\n`
      expect(await complaint({ DB_SSL_MODE: 'verify_full' })).toMatch(new RegExp(UNREADABLE + words))
    })

    test('where several are', async () => {
      const words = String.raw`2 problems with the connection settings:
  1\. invalid port value "x" \(from DB_PORT\); it must be an integer from 1 to 65535
  2\. sslmode=disable \(from DB_SSL_MODE\) is refused by policy production`
      expect(await complaint({ DB_SSL_MODE: 'disable', DB_PORT: 'x' })).toMatch(new RegExp(UNREADABLE + words))
    })

    test('where the server is not trusted', async () => {
      expect(await complaint({ DB_SSL_CA: '' })).toMatch(
        /^Error during migration run:\nTlsError \[TLS_ISSUER\]: certificate of localhost:\d+ is issued by "Verifull test root", which does not lead to a root in sslrootcert/,
      )
    })
  })
})
