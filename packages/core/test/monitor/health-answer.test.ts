import { type Health, healthAnswer, type Monitor } from '@verifull/core'
import { expect, test, vi } from 'vitest'

const HEALTH: Health = {
  at: new Date(),
  status: 'ready',
  reasons: [],
  pools: [],
  stats: { at: new Date(), pools: [], endpoints: [], credentials: [], certificates: [] },
}

/** A monitor whose health is known. */
function monitorOf(health: Partial<Health> = {}) {
  const asked = vi.fn(async () => ({ ...HEALTH, ...health }))
  const unused = () => expect.fail('it is not used')
  const monitor: Monitor = { names: [], stats: unused, health: asked, onEvent: unused, close: unused }
  return { monitor, asked }
}

test('healthAnswer: live → 200 without a look at the database', async () => {
  const { monitor, asked } = monitorOf({ status: 'down' })
  expect(await healthAnswer(monitor, 'live')).toMatchObject({ status: 200, body: { status: 'live' } })
  expect(asked).not.toHaveBeenCalled()
})

test.each([
  ['ready', 200, 'ready'],
  ['degraded', 200, 'ready'],
  ['down', 503, 'down'],
] as const)(
  'healthAnswer: ready while the health is %s → %i, and strangers see no more',
  async (status, code, told) => {
    const { monitor } = monitorOf({ status, reasons: ['the pool db.example:5432/orders is full'] })
    const answer = await healthAnswer(monitor, 'ready')
    expect(answer).toMatchObject({ status: code, body: { status: told }, headers: { 'cache-control': 'no-store' } })
    expect(Object.keys(answer.body)).toEqual(['status'])
    expect(answer.headers['retry-after']).toBe(code === 503 ? '1' : undefined)
  },
)

test('healthAnswer: details → the whole health', async () => {
  const { monitor } = monitorOf({ status: 'degraded', reasons: ['the pool is full'] })
  const { status, body } = await healthAnswer(monitor, 'ready', { details: true })
  expect([status, body]).toEqual([200, { ...HEALTH, status: 'degraded', reasons: ['the pool is full'] }])
})
