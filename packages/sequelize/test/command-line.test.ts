import { join } from 'node:path'
import {
  type Database,
  type Ended,
  type LoginStore,
  runNode,
  startDatabase,
  startLoginStore,
} from '@verifull/test-harness'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

const PROGRAM = join(import.meta.dirname, '../node_modules/sequelize-cli/lib/sequelize')

let database: Database
let store: LoginStore
beforeAll(async () => {
  database = await startDatabase()
  await database.server.sql('alter role scram_user createdb')
  store = await startLoginStore(database.server)
})
afterAll(async () => {
  await store.stop()
  await database.stop()
})

/** Runs sequelize-cli as it is installed, in a folder of its own, with the package as it is built. */
function cli(folder: string, name: string, ...args: readonly string[]): Promise<Ended> {
  return runNode(join(import.meta.dirname, 'command-line', folder), [PROGRAM, ...args], {
    ...database.environment,
    DB_NAME: name,
    SHOP_URL: `postgres://localhost:${database.server.port}/${name}`,
    SECRET_URL: store.url,
  })
}

describe.each(['commonjs', 'keyed', 'esm'])('sequelize-cli with secureConfig() in its config (%s)', (folder) => {
  const name = `shop_${folder}`
  beforeAll(() => database.server.sql(`create database ${name} owner scram_user`))
  beforeEach(() => {
    store.asked = 0
  })
  const tables = async () =>
    (await database.server.sql("select tablename from pg_tables where schemaname = 'public' order by 1", name)).map(
      ({ tablename }) => tablename,
    )
  const sessions = async () =>
    (await database.server.connectionsSeen()).filter(({ authorized }) => authorized?.database === name)

  test('db:migrate, on TLS, with a secret that is fetched, once for all connections', async () => {
    const { code, output } = await cli(folder, name, 'db:migrate')
    expect(output).toContain('20260102000000-harbour: migrated')
    expect(code).toBe(0)
    expect(await tables()).toEqual(['SequelizeMeta', 'harbour', 'ship'])
    const seen = await sessions()
    expect(seen.map(({ authorized }) => authorized)).toEqual(
      seen.map(() => ({ user: 'scram_user', database: name, tls: expect.objectContaining({ protocol: 'TLSv1.3' }) })),
    )
    expect(seen.length).toBeGreaterThan(0)
    expect(store.asked).toBe(1)
  })

  test('db:migrate:status', async () => {
    const { code, output } = await cli(folder, name, 'db:migrate:status')
    expect(output).toMatch(/up 20260101000000-ship\.cjs\nup 20260102000000-harbour\.cjs/)
    expect(code).toBe(0)
  })

  test('db:seed:all', async () => {
    expect(await cli(folder, name, 'db:seed:all')).toMatchObject({ code: 0 })
    expect(await database.server.sql('select name from ship order by 1', name)).toEqual([
      { name: 'Gorch Fock' },
      { name: 'Vasa' },
    ])
  })

  test('db:migrate:undo', async () => {
    const { code, output } = await cli(folder, name, 'db:migrate:undo')
    expect(output).toContain('20260102000000-harbour: reverted')
    expect(code).toBe(0)
    expect(await tables()).not.toContain('harbour')
  })

  test('db:create and db:drop', async () => {
    const made = `${name}_made`
    const exists = () => database.server.sql(`select datname from pg_database where datname = '${made}'`)
    const created = await cli(folder, made, 'db:create')
    expect(created.output).toContain('created.')
    expect(created.code).toBe(0)
    expect(await exists()).toHaveLength(1)
    expect((await cli(folder, made, 'db:migrate')).code).toBe(0)
    expect((await cli(folder, made, 'db:drop')).code).toBe(0)
    expect(await exists()).toEqual([])
  })

  test('a database that does not exist ends it with the server’s message', async () => {
    const { code, output } = await cli(folder, 'nowhere', 'db:migrate')
    expect(output).toContain('ERROR: database "nowhere" does not exist')
    expect(code).toBe(1)
  })
})

test('a wrong setting ends sequelize-cli with a message that says what to do', async () => {
  const { code, output } = await cli('refused', 'app', 'db:migrate')
  expect(output).toContain(
    'option dialectOptions.ssl.rejectUnauthorized=false, which turns off the verification of the server, is refused by policy production (rule verification-off); remove it, and set sslrootcert (DB_SSL_CA) to the CA certificate of the server',
  )
  expect(code).toBe(1)
})

describe.each(['environments', 'environments-plain'])(
  'a file with a configuration for each environment (%s)',
  (folder) => {
    const name = `shop_${folder.replace('-', '_')}`
    beforeAll(() => database.server.sql(`create database ${name} owner scram_user`))
    const run = (variables: Readonly<Record<string, string>>, ...args: string[]) => {
      const { NODE_ENV: _production, ...developer } = database.environment
      const more = { DB_NAME: name, SECRET_URL: store.url, ...variables }
      return runNode(join(import.meta.dirname, 'command-line', folder), [PROGRAM, ...args], { ...developer, ...more })
    }
    const seen = async () =>
      (await database.server.connectionsSeen()).filter(({ authorized }) => authorized?.database === name).length

    test.each([{}, { NODE_ENV: 'development' }])(
      'a developer’s machine without production’s variables: %j',
      async (variables) => {
        const { code, output } = await run(variables, 'db:migrate')
        expect(output).toMatch(/Using environment "development"\.[\s\S]*(harbour: migrated|already up to date)/)
        expect(code).toBe(0)
      },
    )

    test.each([['--env', 'production'], ['with NODE_ENV']])(
      'production there: refused before any connection (%s)',
      async (...args) => {
        const before = await seen()
        const [flag, value] = args
        const { code, output } = value
          ? await run({}, 'db:migrate', flag, value)
          : await run({ NODE_ENV: 'production' }, 'db:migrate')
        expect(output).toMatch(/PRODUCTION_URL is not set|\/etc\/production\/ca\.crt|ENOENT/)
        expect(code).toBe(1)
        expect(await seen()).toBe(before)
      },
    )

    test('production where it has what it needs', async () => {
      const variables = {
        NODE_ENV: 'production',
        PRODUCTION_URL: `postgres://localhost:${database.server.port}/${name}`,
        PRODUCTION_CA: database.ca,
      }
      const { code, output } = await run(variables, 'db:migrate:status')
      expect(output).toMatch(/Using environment "production"\.[\s\S]*up 20260102000000-harbour\.cjs/)
      expect(code).toBe(0)
    })
  },
)
