import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { World } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const PASSWORDS = ['a', 'b', 'c', 'd'] as const
const password = fc.constantFrom(...PASSWORDS)
const upTo = (most: number) => fc.nat({ max: most })

/** One run: the delays determine the order of events. */
const run = fc.record({
  /** Arrival of each connection, and its abort, in ms; most never abort. */
  connections: fc.array(fc.record({ at: upTo(300), gone: fc.option(upTo(2000), { freq: 8 }) }), {
    minLength: 1,
    maxLength: 50,
  }),
  /** Delay of each response of the server or the provider, in ms. */
  delays: fc.array(upTo(80), { minLength: 1, maxLength: 20 }),
  /** The provider's secrets in turn: the first is its ordinary one, the others are replacements. */
  candidates: fc.uniqueArray(password, { minLength: 1, maxLength: 3 }),
  /** Requests that fail. */
  failing: fc.array(fc.boolean(), { maxLength: 4 }),
  /** Logins whose connection is lost. */
  lost: fc.array(fc.boolean(), { maxLength: 20 }),
})

interface Outcome {
  readonly world: World
  readonly settled: readonly (PromiseSettledResult<AbortSignal> | undefined)[]
}

async function play(
  { connections, delays, candidates, failing, lost }: typeof run extends fc.Arbitrary<infer T> ? T : never,
  right: (ms: number) => string | undefined,
): Promise<Outcome> {
  const began = performance.now()
  let [steps, questions, logins] = [0, 0, 0]
  const pause = () => new Promise((resolve) => setTimeout(resolve, delays[steps++ % delays.length]))
  const world = new World(
    (rejected) => {
      if (rejected.length > 0 && failing[questions++]) throw new Error('the source fails')
      return candidates.find((one) => !rejected.includes(one)) ?? candidates[0] ?? 'a'
    },
    (given) => (lost[logins++] ? undefined : given === right(performance.now() - began)),
    { pause },
  )
  const settled: (PromiseSettledResult<AbortSignal> | undefined)[] = connections.map(() => undefined)
  connections.forEach(({ at, gone }, index) => {
    const controller = new AbortController()
    if (gone !== null) setTimeout(() => controller.abort(new Error('gave up')), at + gone)
    setTimeout(() => {
      world.connect(controller.signal).then(
        (value) => (settled[index] = { status: 'fulfilled', value }),
        (reason) => (settled[index] = { status: 'rejected', reason }),
      )
    }, at)
  })
  await vi.advanceTimersByTimeAsync(15_000)
  return { world, settled }
}

const reasonOf = (outcome: Outcome['settled'][number]) => (outcome?.status === 'rejected' ? outcome.reason.message : '')

test('rotation, any run → every connection settles, and at most three probe an untested secret', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(run, fc.option(password), password, upTo(1000), async (given, before, after, changesAt) => {
      const { world, settled } = await play(given, (ms) => (ms < changesAt ? (before ?? undefined) : after))
      expect(settled).not.toContain(undefined)
      expect(world.mostProbes).toBeLessThanOrEqual(3)
      expect([...world.under.values()].every((count) => count === 0)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('rotation, one right candidate → every connection is admitted', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(run, upTo(2), async (given, index) => {
      const right = given.candidates[index % given.candidates.length]
      const { settled } = await play({ ...given, failing: [] }, () => right)
      for (const outcome of settled) {
        expect(['', 'gave up', 'the network is gone']).toContain(reasonOf(outcome))
      }
    }),
    { numRuns: 300 },
  )
})

test('rotation, no right candidate → every connection is rejected, after few logins and requests', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(run, async (given) => {
      const { world, settled } = await play(given, () => undefined)
      for (const outcome of settled) {
        expect(['gave up', 'the network is gone', 'password authentication failed']).toContain(reasonOf(outcome))
      }
      const refusals = settled.flatMap((one) => (one?.status === 'rejected' ? [one.reason] : []))
      expect(new Set(refusals).size).toBe(settled.length)
      const lost = given.lost.filter(Boolean).length
      expect(world.logins - Math.min(lost, world.logins)).toBeLessThanOrEqual(12)
      expect(world.questions - given.connections.length).toBeLessThanOrEqual(3)
    }),
    { numRuns: 300 },
  )
})
