import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { secureReplication } from '@verifull/pg'
import { collectMetrics } from '@verifull/prometheus'
import { type ClusterServer, startReplicatedDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { Registry } from 'prom-client'
import { afterAll, describe, expect, test } from 'vitest'
import { prometheusHere, startPrometheus } from './prometheus.ts'

/** The rules of the package; a lag of more than a second for a second, in place of 30 s for a minute. */
const RULES = readFileSync(join(import.meta.dirname, '../alerts.yml'), 'utf8')
  .replaceAll(/for: \d+[ms]$/gm, 'for: 1s')
  .replace('(db_replication_lag_seconds) > 30', '(db_replication_lag_seconds) > 1')

const ends: (() => unknown)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

describe.skipIf(!prometheusHere())('a real Prometheus and a real replica', () => {
  test('it follows → its lag and no alert; its replay is paused → DatabaseReplicaLag, also beyond twice the bound', {
    timeout: 60_000,
  }, async () => {
    const database = await startReplicatedDatabase()
    ends.push(() => database.stop())
    const registry = new Registry()
    ends.push(collectMetrics({ register: registry }))
    const prometheus = await startPrometheus(registry, RULES)
    ends.push(() => prometheus.stop())
    const { write, read = write } = secureReplication({ max: 1 }, { ...database.settings, maxLagMs: 400 })
    const pools = [new pg.Pool(write), new pg.Pool(read)] as const
    ends.push(() => Promise.all(pools.map((pool) => pool.end())))
    const [primary, replica] = pools
    await replica.query('select 1')

    const [standby] = database.cluster.standbys as [ClusterServer]
    const lag = `db_replication_lag_seconds{server="localhost:${standby.port}"}`
    const [followed] = await prometheus.until(async () => {
      const seen = await prometheus.query(lag)
      return seen.length > 0 ? seen : undefined
    })
    expect(followed?.value).toBeLessThan(1)
    expect(await prometheus.query('ALERTS')).toEqual([])

    await standby.sql('select pg_wal_replay_pause()')
    ends.push(() => standby.sql('select pg_wal_replay_resume()'))
    const writing = setInterval(() => void primary.query('select txid_current()').catch(() => {}), 100)
    ends.push(() => clearInterval(writing))
    const reading = setInterval(() => void replica.query('select 1').catch(() => {}), 100)
    ends.push(() => clearInterval(reading))
    const firing = await prometheus.until(async () => {
      const seen = await prometheus.query('ALERTS{alertstate="firing"}')
      return seen.length > 0 ? seen : undefined
    })
    expect(firing.map(({ metric }) => [metric.alertname, metric.server])).toEqual([
      ['DatabaseReplicaLag', `localhost:${standby.port}`],
    ])
    clearInterval(writing)
    clearInterval(reading)
  })
})
