import { setTimeout as sleep } from 'node:timers/promises'
import { monitor, onEvent, processStats, secureConfig, type TlsEvent } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import { daysAway } from '@verifull/test-harness/fixtures'
import pg from 'pg'
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'

// Before the first pool, whose watch is the process's.
vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
const DAY_MS = 86_400_000
/** In days. */
const HOUR = 1 / 24
const database = await startDatabase()
afterAll(async () => {
  vi.useRealTimers()
  await database.stop()
})

const events: TlsEvent[] = []
beforeEach(() => {
  events.length = 0
})

async function connected(certificate: { readonly chain: string; readonly key: string }, listens = true) {
  await database.server.setTls({ certificate: certificate.chain, key: certificate.key })
  const pool = new pg.Pool(secureConfig({ max: 1 }, database.settings))
  const stop = listens ? onEvent('verifull:tls', (event) => void events.push(event)) : () => {}
  onTestFinished(async () => {
    stop()
    await (pool.ended || pool.end())
    await vi.advanceTimersByTimeAsync(DAY_MS)
  })
  await pool.query('select 1')
  return pool
}

const issue = (days: number, left: number) =>
  database.hierarchy.root.issue({
    usage: 'server',
    commonName: 'db.test',
    dnsNames: ['localhost'],
    notBefore: daysAway(left - days),
    notAfter: daysAway(left + HOUR),
  })

test('certificate watch: 90 days, nine left → told after a minute and once a day, while there is a pool', async () => {
  const pool = await connected(await issue(90, 9))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(events).toMatchObject([
    {
      kind: 'expiring',
      certificate: {
        of: 'server',
        source: `localhost:${database.server.port}`,
        subject: expect.stringContaining('CN=db.test'),
        daysLeft: 9,
        isExpiring: true,
      },
    },
  ])
  await vi.advanceTimersByTimeAsync(DAY_MS)
  expect(events).toHaveLength(2)
  await pool.end()
  await vi.advanceTimersByTimeAsync(2 * DAY_MS)
  expect(events).toHaveLength(2)
})

test.each([
  ['a year, of which most is left', 365, 300],
  ['seven days, of which two are left: it is renewed within days', 7, 2],
])('certificate watch: %s → nothing', async (_what, days, left) => {
  await connected(await issue(days, left))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(events).toEqual([])
  expect(processStats().certificates.find(({ of }) => of === 'server')).toMatchObject({
    daysLeft: left,
    isExpiring: false,
  })
})

test('certificate watch: nobody listens → a warning on stderr', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warned.mockRestore())
  await connected(await issue(90, 9), false)
  warned.mockClear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(warned.mock.calls.map(([message]) => message)).toEqual([
    expect.stringMatching(/^the certificate of localhost:\d+ \(.*CN=db\.test\) expires in 9 days; renew it$/),
  ])
})

test('health: the certificate of the open sessions expires → degraded, and new connections fail', async () => {
  const pool = await connected(await issue(90, 2 / 86_400 - HOUR))
  const watching = monitor(pool)
  onTestFinished(() => watching.close())
  expect((await watching.health()).status).toBe('ready')
  await sleep(3000)
  const { status, reasons } = await watching.health()
  expect(status).toBe('degraded')
  expect(reasons).toEqual([
    expect.stringMatching(/^the certificate of localhost:\d+ \(.*CN=db\.test\) expired on 2.*Z: new connections fail$/),
  ])
})
