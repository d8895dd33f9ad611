import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  applicationSettings,
  blackHole,
  createHierarchy,
  type Hierarchy,
  type PostgresPair,
  startPostgresPair,
  temporaryFolder,
} from '@verifull/test-harness'
import { attestationOf, type Settings, secureConfig } from '@verifull/typeorm'
import type { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATIENT } from './patient.ts'
import { VERSIONS } from './versions.ts'

let pair: PostgresPair
let hierarchy: Hierarchy
let settings: Settings
const folder = temporaryFolder()
beforeAll(async () => {
  hierarchy = await createHierarchy()
  const { chain, key } = hierarchy.servers.good
  pair = await startPostgresPair({ tls: { certificate: chain, key } })
  await pair.primary.sql('create schema scram_user authorization scram_user', pair.primary.database)
  const ca = join(folder.path, 'ca.crt')
  await writeFile(ca, hierarchy.root.certificate)
  settings = applicationSettings(pair.primary, ca)
})
afterAll(async () => {
  await pair.stop()
  await folder.remove()
})

const SEEN = `select pg_is_in_recovery() as standby, ssl, current_user as user, inet_server_port() as port,
  current_setting('application_name') as application
  from pg_stat_ssl where pid = pg_backend_pid()`

describe.each(VERSIONS)('replication under $name', ({ typeorm }) => {
  const { DataSource, EntitySchema } = typeorm
  const Item = new EntitySchema<{ id: number; name: string }>({
    name: 'item',
    columns: { id: { type: 'int', primary: true }, name: { type: 'text' } },
  })

  async function withDatabase(
    config: ConstructorParameters<typeof DataSource>[0],
    run: (db: DataSource) => Promise<void>,
  ) {
    const db = await new DataSource(config).initialize()
    try {
      await run(db)
    } finally {
      await db.destroy()
    }
  }

  /** Returns the server's view of a session in this mode. */
  async function seenBy(db: DataSource, mode: 'master' | 'slave') {
    const runner = db.createQueryRunner(mode)
    const [seen] = await runner.query(SEEN)
    const attestation = attestationOf(await runner.connect())
    await runner.release()
    return { ...seen, verified: attestation?.tls?.verification, host: attestation?.host }
  }

  test('writes and transactions go to the primary, reads to the standby', async () => {
    const config = secureConfig(
      { entities: [Item] },
      { ...settings, replicas: [{ host: 'localhost', port: pair.standby.port }] },
    )
    await pair.primary.sql(
      'create table scram_user.item (id int primary key, name text); alter table scram_user.item owner to scram_user',
      'app',
    )
    await withDatabase(config, async (db) => {
      const items = db.getRepository(Item)
      await items.insert([
        { id: 1, name: 'one' },
        { id: 2, name: 'two' },
      ])
      await pair.caughtUp()
      expect(await items.countBy({ name: 'two' })).toBe(1)
      const where = () => db.createQueryBuilder(Item, 'item').select('pg_is_in_recovery()', 'standby').getRawMany()
      expect(await where()).toEqual([{ standby: true }, { standby: true }])
      await db.transaction(async (inside) => {
        await inside.insert(Item, { id: 3, name: 'three' })
        expect(await inside.query('select pg_is_in_recovery() as standby')).toEqual([{ standby: false }])
        expect(await inside.count(Item)).toBe(3)
      })
      expect(await db.query('select pg_is_in_recovery() as standby')).toEqual([{ standby: false }])
      const runner = db.createQueryRunner('slave')
      await expect(runner.query("insert into item values (4, 'four')")).rejects.toMatchObject({ code: '25006' })
      await runner.release()
    })
    await pair.primary.sql('drop table scram_user.item', 'app')
    await pair.caughtUp()
  })

  test('defaultMode is TypeORM’s affair', async () => {
    const replication = {
      defaultMode: 'master' as const,
      master: {},
      slaves: [{ host: 'localhost', port: pair.standby.port }],
    }
    await withDatabase(secureConfig({ entities: [], replication }, settings), async (db) => {
      const [row] = await db
        .createQueryBuilder()
        .select('pg_is_in_recovery()', 'standby')
        .from('pg_class', 'c')
        .limit(1)
        .getRawMany()
      expect(row).toEqual({ standby: false })
    })
  })

  test('each server has the application’s name that its entry gives', async () => {
    const slave = { host: 'localhost', port: pair.standby.port, applicationName: 'reader' }
    const config = secureConfig({ replication: { master: { applicationName: 'writer' }, slaves: [slave] } }, settings)
    await withDatabase(config, async (db) => {
      expect(await seenBy(db, 'master')).toMatchObject({ application: 'writer' })
      expect(await seenBy(db, 'slave')).toMatchObject({ application: 'reader' })
    })
  })

  test('a replica that never answers → within the deadline reads come to the primary, and no socket is left', async () => {
    const hole = await blackHole()
    const config = secureConfig({ connectTimeoutMS: 1_000 }, { ...settings, replicas: [`${hole.host}:${hole.port}`] })
    const began = Date.now()
    await withDatabase(config, async (db) => {
      expect(await seenBy(db, 'slave')).toMatchObject({ standby: false, verified: 'full' })
      expect(Date.now() - began).toBeLessThan(3_000)
    })
    expect(hole.accepted).toBeGreaterThan(0)
    await expect.poll(() => hole.open, PATIENT).toBe(0)
    await hole.stop()
  })
})
