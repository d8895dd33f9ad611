import { setTimeout as pause } from 'node:timers/promises'
import { KINDS, type RehearsalAdapter, type RehearsalServers, startRehearsalServers } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secured } from '../../rehearsal/secured.ts'

const CHECKOUTS = 50
const kind = KINDS.find(({ id }) => id === 'aws-single-user')

let site: RehearsalServers
beforeAll(async () => {
  site = await startRehearsalServers({ stores: ['moto_server'] })
}, 60_000)
afterAll(() => site?.stop())

/** A pool whose secret is in Secrets Manager, with counts of requests and logins. */
async function open({ work }: RehearsalAdapter) {
  const scene = await kind?.prepare(site, { windowMs: 0, outageMs: 0, slowMs: 0, leaseMs: 0 })
  if (!scene?.tap) throw new Error('the kind has a store')
  const { server, name, parameters, environment, tap } = scene
  const change = () => server.sql(`alter role ${name} password 'changed on the server alone'`)
  const start = async () => work.open({ parameters, environment, poolSize: CHECKOUTS, timeoutMs: 15_000 })
  return {
    change,
    start,
    /** Error codes of the failed checkouts. */
    async checkouts(handle: unknown): Promise<Set<unknown>> {
      const task = async (inside: unknown) => void (await work.query(inside, 'select pg_sleep(0.05)'))
      const all = Array.from({ length: CHECKOUTS }, () => work.transaction(handle, task))
      const outcomes = await Promise.allSettled(all)
      return new Set(outcomes.map((one) => (one.status === 'rejected' ? codeOf(one.reason) : 'in')))
    },
    questions: () => tap.requests.length,
    async refused(): Promise<number> {
      const seen = await server.connectionsSeen()
      return seen.filter((one) => one.refused?.message.includes(`"${name}"`)).length
    },
    async stop(handle: unknown) {
      if (handle) await work.close(handle)
      await tap.stop()
    },
  }
}

/** Sequelize and TypeORM wrap the driver's errors. */
function codeOf(error: unknown): unknown {
  const { code, parent } = error as { code?: unknown; parent?: { code?: unknown } }
  return code ?? parent?.code
}

describe.for(secured)('wrong secret, $name', (adapter) => {
  test('wrong from the start, 50 checkouts and more for six seconds → at most 10 requests to the store and 12 logins', {
    timeout: 60_000,
  }, async () => {
    const { change, start, checkouts, questions, refused, stop } = await open(adapter)
    await change()
    const until = performance.now() + 6000
    // TypeORM connects when it is opened.
    const handle = await start().catch(() => undefined)
    const codes = new Set<unknown>()
    while (handle && performance.now() < until) for (const code of await checkouts(handle)) codes.add(code)
    if (handle) expect(codes).toEqual(new Set(['28P01']))
    expect(questions()).toBeGreaterThan(1)
    expect(questions()).toBeLessThanOrEqual(10)
    expect(await refused()).toBeGreaterThan(1)
    expect(await refused()).toBeLessThanOrEqual(12)
    await stop(handle)
  })

  test('wrong after it was accepted, 50 checkouts → at most 10 requests to the store', {
    timeout: 60_000,
  }, async () => {
    const { change, start, checkouts, questions, stop } = await open(adapter)
    const handle = await start()
    expect(await checkouts(handle)).toEqual(new Set(['in']))
    await pause(500)
    await change()
    // Idle connections are still good, so the checkouts must outnumber them.
    await checkouts(handle)
    await pause(3000)
    expect(questions()).toBeLessThanOrEqual(10)
    await stop(handle)
  })
})
