import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  chaos,
  createHierarchy,
  type Fault,
  haproxyHere,
  type PatroniCluster,
  type PostgresCluster,
  patroniHere,
  type RehearsalAdapter,
  startHaproxy,
  startPatroniCluster,
  temporaryFolder,
} from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { secured } from '../../rehearsal/secured.ts'
import { connected, throughProxy } from './through-proxy.ts'

const VERSION = await patroniHere()
const folder = temporaryFolder()
const ca = join(folder.path, 'ca.crt')

describe.runIf(VERSION)(`under ${VERSION ?? 'Patroni, which is NOT here'}`, () => {
  let patroni: PatroniCluster
  beforeAll(async () => {
    const { root, servers } = await createHierarchy()
    await writeFile(ca, root.certificate)
    patroni = await startPatroniCluster({
      certificate: servers.good.chain,
      key: servers.good.key,
      ca: root.certificate,
    })
  }, 90_000)
  afterAll(async () => {
    await patroni?.stop()
    await folder.remove()
  }, 30_000)

  const [first] = secured as [RehearsalAdapter]
  const FAULTS = {
    switchover: { id: 'switchover', title: 'Patroni switches over', give: () => patroni.switchover() },
    failover: { id: 'failover', title: 'the leader crashes', give: () => patroni.failover() },
  } as const satisfies Record<string, Fault>

  async function survives(adapter: RehearsalAdapter, fault: Fault): Promise<void> {
    // These faults use the operations that both kinds of cluster have.
    const cluster = patroni as unknown as PostgresCluster
    const run = await chaos({ adapter, fault, cluster, ca })
    expect(run, JSON.stringify(run.errors)).toMatchObject({ failedCheckouts: 0, lost: 0, doubled: 0, readOnly: 0 })
    expect(run.acknowledged).toBeGreaterThan(10)
    expect(run.firstWriteMs).not.toBeNull()
  }

  test.each(Object.values(FAULTS))(
    'several hosts, $title → no failed checkout, no write lost or doubled',
    async (fault) => {
      await survives(connected(first), fault)
    },
    60_000,
  )

  test.runIf(haproxyHere())(
    'HAProxy, which asks Patroni for the leader; Patroni switches over → the same',
    async () => {
      const servers = patroni.servers.map(({ port, restPort }) => ({ port, checkPort: restPort }))
      const proxy = await startHaproxy({ servers, check: '/primary' })
      onTestFinished(() => proxy.stop())
      while ((await proxy.up()) !== 1) await pause(20)
      await survives(
        throughProxy(first, () => proxy.port),
        FAULTS.switchover,
      )
    },
    60_000,
  )
})
