import { SESSION_SEEN, startDatabase } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

const database = await startDatabase()
afterAll(() => database.stop())

const password = database.server.password('scram_user')
const { password: _password, ...settings } = database.settings
const SEEN = [expect.objectContaining({ ssl: true })]

type Config = Record<string, unknown>

describe.each(VERSIONS)('hooks.beforeConnect under $name', ({ user, secured, open }) => {
  async function rowsWith(beforeConnect: unknown, more: object = settings): Promise<unknown> {
    const db = open(secured({ hooks: { beforeConnect } }, more))
    try {
      return await rowsOf(db, SESSION_SEEN)
    } finally {
      await db.close()
    }
  }
  const sets = (values: Config) => (config: Config) => void Object.assign(config, values)

  test.each<[string, unknown]>([
    ['synchronous', sets({ password })],
    ['asynchronous', async (config: Config) => sets({ password })(config)],
    ['that sets the user too', sets({ password, [user]: 'scram_user' })],
    ['that sets a password function', sets({ password: async () => password })],
    ['of several, of which one sets the password', [() => {}, sets({ password })]],
  ])('%s → logged in as it says', async (_what, hook) => {
    expect(await rowsWith(hook)).toEqual(SEEN)
  })

  test('is told the server and the user that it is asked for', async () => {
    const told: Config[] = []
    await rowsWith((config: Config) => {
      told.push({ ...config })
      config.password = password
    })
    expect(told[0]).toMatchObject({ host: 'localhost', port: database.server.port, [user]: 'scram_user' })
  })

  test('a password that the server refuses → asked again, and the new one is used', async () => {
    let asked = 0
    const hook = (config: Config) => {
      config.password = asked++ === 0 ? 'outdated' : password
    }
    expect(await rowsWith(hook)).toEqual(SEEN)
  })

  test('that sets no password → the others say it', async () => {
    let called = 0
    const trusting = { ...settings, user: 'trust_user' }
    expect(await rowsWith(() => void called++, trusting)).toEqual(SEEN)
    expect(called).toBeGreaterThan(0)
  })

  test('beside a configured password it stays with Sequelize', async () => {
    let called = 0
    expect(await rowsWith(() => void called++, database.settings)).toEqual(SEEN)
    expect(called).toBeGreaterThan(0)
  })

  test('the other hooks stay', () => {
    const afterConnect = () => {}
    const { hooks } = secured({ hooks: { beforeConnect: sets({ password }), afterConnect } }, settings)
    expect(hooks).toEqual({ afterConnect })
  })

  test.each<[string, Config, string]>([
    ['the host', { host: 'elsewhere.example' }, 'option hooks.beforeConnect changed host, which is settled before'],
    ['ssl', { ssl: { rejectUnauthorized: false } }, 'option hooks.beforeConnect changed ssl, which is settled before'],
    ['dialectOptions', { dialectOptions: { ssl: false } }, 'option hooks.beforeConnect changed dialectOptions, which'],
    ['a port and a database', { port: 1, database: 'x' }, 'option hooks.beforeConnect changed port, database, which'],
  ])('that changes %s → refused by name', async (_what, values, message) => {
    const attempt = rowsWith(sets({ password, ...values }))
    await expect(attempt).rejects.toThrow(message)
  })

  test('what it throws is told without its text', async () => {
    const failing = () => {
      throw new RangeError(`no ${password}`)
    }
    await expect(rowsWith(failing)).rejects.toThrow(
      /^option hooks.beforeConnect failed to give credentials \(RangeError\)/,
    )
  })
})
