import { type Settings, secureReplication } from '@verifull/knex'
import { applicationSettings, createHierarchy, startPostgresPair } from '@verifull/test-harness'
import type { Knex } from 'knex'
import { afterAll, describe, expect, test } from 'vitest'
import { QUIET } from './config-of.ts'
import { NEWEST, VERSIONS } from './versions.ts'

const hierarchy = await createHierarchy()
const { chain, key } = hierarchy.servers.good
const { primary, standby, stop } = await startPostgresPair({ tls: { certificate: chain, key } })
afterAll(stop)

const settings = applicationSettings(primary, hierarchy.root.certificate)
const replicated: Settings = { ...settings, replicas: [`localhost:${standby.port}`] }

const WHERE = `select inet_server_port() as port, pg_is_in_recovery() as standby, ssl, current_user as user
  from pg_stat_ssl where pid = pg_backend_pid()`
const _ON_PRIMARY = { port: primary.port, standby: false, ssl: true, user: 'scram_user' }
const ON_STANDBY = { port: standby.port, standby: true, ssl: true, user: 'scram_user' }

describe.each(VERSIONS)('with $name', ({ knex, options }) => {
  /** Opens both, and ends them when the work is done. */
  async function withBoth(given: Settings, work: (write: Knex, read: Knex) => Promise<void>): Promise<void> {
    const { write, read = write } = secureReplication({ ...options, log: QUIET, pool: { max: 2 } }, given)
    const both = [knex(write), knex(read)] as const
    try {
      await work(...both)
    } finally {
      await Promise.all(both.map((one) => one.destroy()))
    }
  }

  test('a primary whose certificate is for another name is refused by that name; the replica works on', () =>
    withBoth(
      {
        ...replicated,
        host: 'primary.example',
        hostaddr: '127.0.0.1',
        replicas: [{ host: 'localhost', hostaddr: '', port: standby.port }],
      },
      async (write, read) => {
        await expect(write.raw(WHERE)).rejects.toMatchObject({
          name: 'TlsError',
          code: 'TLS_NAME',
          message: expect.stringContaining('primary.example'),
        })
        expect((await read.raw(WHERE)).rows).toEqual([ON_STANDBY])
      },
    ))

  test('a dead replica is passed over for the next', () =>
    withBoth({ ...settings, replicas: ['localhost:1', `localhost:${standby.port}`] }, async (_write, read) => {
      for (let times = 0; times < 4; times++) expect((await read.raw(WHERE)).rows).toEqual([ON_STANDBY])
    }))

  test('laid over the configuration for reading: the primary → refused by name', async () => {
    const { read } = secureReplication({ ...options, pool: { max: 2 } }, replicated)
    const db = knex({ ...read, connection: { host: 'localhost', port: primary.port, ssl: false } })
    await expect(db.raw(WHERE)).rejects.toMatchObject({
      code: 'CONFIGURATION',
      problems: [{ parameter: 'connection.port' }, { parameter: 'connection.ssl' }],
    })
    await db.destroy()
  })
})

test('without replicas there is nothing to read from', () => {
  expect(secureReplication({}, settings).read).toBeUndefined()
})

test('both have Knex’s own options', () => {
  const { write, read } = secureReplication({ searchPath: ['app'], pool: { max: 3 }, ownKey: 1 }, replicated)
  for (const config of [write, read]) expect(config).toMatchObject({ searchPath: ['app'], pool: { max: 3 }, ownKey: 1 })
  expect(NEWEST.knex(write).client.driver).not.toBe(NEWEST.knex(read ?? {}).client.driver)
})
