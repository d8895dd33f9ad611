import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresCluster, startPostgresCluster } from '../../src/postgres/cluster.ts'
import type { ClusterServer } from '../../src/postgres/cluster-server.ts'
import { simpleQuery } from '../../src/postgres/simple-query.ts'

let cluster: PostgresCluster

beforeAll(async () => {
  cluster = await startPostgresCluster()
  await cluster.primary.sql('create table followed (x int)', 'app')
})

afterAll(() => cluster?.stop())

const asApplication = ({ host, port }: ClusterServer) =>
  simpleQuery({ to: { host, port }, user: 'trust_user' }, 'app', 'select 1 as one')
const write = ({ sql }: ClusterServer) => sql('insert into followed values (1)', 'app')
const rows = async ({ sql }: ClusterServer) => (await sql('select count(*) as rows from followed', 'app'))[0]?.rows
const isStandby = async ({ sql }: ClusterServer) => (await sql('select pg_is_in_recovery() as is'))[0]?.is === 't'

test('cluster: switchover → a standby is the primary, and the old primary and the other standby follow it', async () => {
  const old = cluster.primary
  await write(old)
  const promoted = await cluster.switchover()
  expect(promoted).not.toBe(old)
  expect(cluster.primary).toBe(promoted)
  await write(promoted)
  await cluster.caughtUp()
  expect(await Promise.all(cluster.servers.map(rows))).toEqual(['2', '2', '2'])
  expect(await Promise.all(cluster.standbys.map(isStandby))).toEqual([true, true])
  expect(await isStandby(promoted)).toBe(false)
})

test('cluster: read-only without closing a session → writes fail with 25006, until it is writable again', async () => {
  await cluster.primary.setReadOnly(true)
  await expect(write(cluster.primary)).rejects.toMatchObject({ code: '25006' })
  await cluster.primary.setReadOnly(false)
  await write(cluster.primary)
})

test('cluster: slots filled → logins fail with 53300, and the superuser is admitted; afterwards they succeed', async () => {
  const release = await cluster.primary.fillSlots()
  await expect(asApplication(cluster.primary)).rejects.toMatchObject({ code: '53300' })
  await release()
  expect(await asApplication(cluster.primary)).toEqual([{ one: '1' }])
})

test('cluster: suspended → a connection opens and nothing answers, until it is resumed', async () => {
  const { primary } = cluster
  await primary.suspend()
  const socket = connect(primary.port, primary.host)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.destroy()
  const answer = asApplication(primary)
  expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 200, 'silence'))])).toBe('silence')
  await primary.resume()
  expect(await answer).toEqual([{ one: '1' }])
})

test('cluster: crash and promotion → the new primary has everything and is followed; the old one starts again, and rejoins without what it alone has', async () => {
  const old = cluster.primary
  await cluster.caughtUp()
  await old.shutDown('crash')
  expect(old.isRunning).toBe(false)
  const promoted = await cluster.promote()
  await write(promoted)
  await cluster.caughtUp()
  const other = cluster.standbys.find((standby) => standby !== old)
  expect(other && (await rows(other))).toBe('4')
  await old.start()
  expect([await rows(old), await isStandby(old)]).toEqual(['3', false])
  await write(old)
  await cluster.rejoin()
  await cluster.caughtUp()
  expect(await Promise.all(cluster.servers.map(rows))).toEqual(['4', '4', '4'])
  expect(await Promise.all(cluster.standbys.map(isStandby))).toEqual([true, true])
})

test('cluster: a standby that was shut down → rejoins with what was written meanwhile', async () => {
  const [standby] = cluster.standbys
  await standby?.shutDown('immediate')
  await write(cluster.primary)
  await cluster.rejoin()
  await cluster.caughtUp()
  expect(standby && (await rows(standby))).toBe('5')
})

test('cluster: sessions ended → the number of those of applications', async () => {
  expect(await cluster.primary.endSessions()).toBe(0)
})
