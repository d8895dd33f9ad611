import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '@verifull/sequelize'
import {
  applicationSettings,
  createHierarchy,
  type PostgresPair,
  startPostgresPair,
  temporaryFolder,
} from '@verifull/test-harness'
import { QueryTypes } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsOf, VERSIONS } from './versions.ts'

const folder = temporaryFolder()
const ca = join(folder.path, 'ca.crt')
let pair: PostgresPair
let settings: Settings
beforeAll(async () => {
  const hierarchy = await createHierarchy()
  const { chain, key } = hierarchy.servers.good
  await writeFile(ca, hierarchy.root.certificate)
  pair = await startPostgresPair({ tls: { certificate: chain, key } })
  settings = applicationSettings(pair.primary, ca)
  await pair.primary.sql('create table ship (name text); grant all on ship to public', 'app')
  await pair.caughtUp()
})
afterAll(async () => {
  await pair?.stop()
  await folder.remove()
})

const WHERE =
  'select pg_is_in_recovery() as standby, inet_server_port() as port, s.ssl, current_user as user from pg_stat_ssl s where pid = pg_backend_pid()'
const seenOn = (server: { readonly port: number }, standby: boolean) => [
  { standby, port: server.port, ssl: true, user: 'scram_user' },
]

describe.each(VERSIONS)('under $name', ({ secured, open }) => {
  test('a statement that writes, useMaster, and a transaction → go to the primary by themselves', async () => {
    const db = open(secured({}, { ...settings, replicas: [{ host: 'localhost', port: pair.standby.port }] }))
    expect(await rowsOf(db, WHERE)).toEqual(seenOn(pair.standby, true))
    const [written] = await db.query(`insert into ship select current_setting('port') returning name`)
    expect(written).toEqual([{ name: String(pair.primary.port) }])
    expect(await db.query(WHERE, { type: QueryTypes.SELECT, useMaster: true })).toEqual(seenOn(pair.primary, false))
    await db.transaction(async (transaction) => {
      const inside = await db.query(WHERE, { type: QueryTypes.SELECT, transaction })
      expect(inside).toEqual(seenOn(pair.primary, false))
    })
    await pair.caughtUp()
    expect(await rowsOf(db, `select count(*) > 0 as arrived from ship where name = '${pair.primary.port}'`)).toEqual([
      { arrived: true },
    ])
    await db.close()
  })

  test('reads alternate between several replicas, each of which may have settings of its own', async () => {
    const { standby, primary } = pair
    const replicas = [`localhost:${standby.port}`, { host: 'db.test', hostaddr: '127.0.0.1', port: primary.port }]
    const db = open(secured({ pool: { max: 2 } }, { ...settings, replicas }))
    const both = await Promise.all([
      rowsOf(db, `${WHERE} and pg_sleep(0.2) is not null`),
      rowsOf(db, `${WHERE} and pg_sleep(0.2) is not null`),
    ])
    expect(
      both
        .flat()
        .map(({ port }) => port)
        .toSorted(),
    ).toEqual([standby.port, primary.port].toSorted())
    await db.close()
  })

  test('a replica whose certificate is for another name is refused by its name; the primary goes on', async () => {
    const replicas = [{ host: 'replica.test', hostaddr: '127.0.0.1', port: pair.standby.port }]
    const db = open(secured({}, { ...settings, replicas }))
    await expect(rowsOf(db, WHERE)).rejects.toThrow(/replica\.test/)
    await expect(rowsOf(db, WHERE)).rejects.toMatchObject({ name: 'SequelizeConnectionError' })
    expect((await db.query(WHERE))[0]).toEqual(seenOn(pair.primary, false))
    await db.close()
  })

  test('a replica that is down → reads come to the primary', async () => {
    const replicas = [{ host: 'localhost', port: 1 }]
    const db = open(secured({}, { ...settings, replicas }))
    expect(await rowsOf(db, WHERE)).toEqual(seenOn(pair.primary, false))
    await db.close()
  })

  test('a replica without TLS is refused when the application starts', () => {
    const weak = { replication: { write: {}, read: [{ host: 'db.example', ssl: false }] } }
    expect(() => secured(weak, settings)).toThrow(/sslmode=disable \(from option replication\.read\[0\]\.ssl\)/)
  })
})
