import { secureConfig as knexConfig } from '@verifull/knex'
import { secureConfig as sequelizeConfig } from '@verifull/sequelize'
import { createHierarchy, startHostileServer } from '@verifull/test-harness'
import { secureConfig as typeormConfig } from '@verifull/typeorm'
import { knex } from 'knex'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { describe, expect, test } from 'vitest'
import { authentication, message, sasl } from '../../core/test/wire/backend-messages.ts'

const PASSWORD = 'the password of the session'
const { root, servers } = await createHierarchy()
const tls = { certificate: servers.good.chain, key: servers.good.key }

const settingsOf = (port: number) => ({
  host: 'localhost',
  port,
  user: 'app',
  database: 'app',
  password: PASSWORD,
  require_auth: 'scram-sha-256',
  channel_binding: 'require' as const,
  sslrootcert: root.certificate,
  environment: { NODE_ENV: 'production' },
})

/** The first statement on a connection, through each ORM. */
const ORMS: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  TypeORM: async (port) => {
    const db = new DataSource(typeormConfig({ logging: false }, settingsOf(port)))
    await db.initialize()
    await db.destroy()
  },
  Sequelize: async (port) => {
    const db = new Sequelize(sequelizeConfig({ logging: false }, settingsOf(port)))
    await db.authenticate().finally(() => db.close())
  },
  Knex: async (port) => {
    const quiet = { warn() {}, error() {}, debug() {}, deprecate() {} }
    const db = knex(knexConfig({ log: quiet }, settingsOf(port)))
    await db.raw('select 1').finally(() => db.destroy())
  },
}

const ATTACKS: Readonly<Record<string, Buffer>> = {
  'asks for a cleartext password': authentication(3),
  'asks for an md5 password': authentication(5, Buffer.from('salt')),
  'asks for SCRAM': sasl('SCRAM-SHA-256'),
  'sends an error without its end': message('E', Buffer.from('SERROR\0')),
}

describe.each(Object.entries(ORMS))('%s', (_orm, connect) => {
  test.each(Object.entries(ATTACKS))(
    'server %s in mid-session → PROTOCOL, and no password message is sent',
    async (_what, bytes) => {
      const server = await startHostileServer({
        tls,
        answers: [{ scram: { password: PASSWORD } }],
        queries: [{ bytes }],
      })
      const error: unknown = await connect(server.port).catch((reason: unknown) => reason)
      expect(String(error)).toMatch(
        /the server (asked for authentication in the middle of a session|sent a message of type "E" that is malformed)/,
      )
      await server.allClosed()
      for (const { events } of server.connections) {
        expect(events.filter((event) => /Password|SASL/.test(event))).toEqual([
          'SASLInitialResponse mech=SCRAM-SHA-256-PLUS',
          'SASLResponse',
        ])
      }
      await server.stop()
    },
  )

  test('honest server → connected', async () => {
    const server = await startHostileServer({ tls, answers: [{ scram: { password: PASSWORD } }] })
    await expect(connect(server.port)).resolves.toBeUndefined()
    await server.stop()
  })
})
