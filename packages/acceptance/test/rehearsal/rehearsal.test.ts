import {
  isFlawless,
  KINDS,
  type RehearsalRun,
  type RehearsalServers,
  rehearse,
  startRehearsalServers,
} from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain } from '../../rehearsal/plain.ts'
import { secured } from '../../rehearsal/secured.ts'

/**
 * `npx pnpm rehearsal` in the time that tests may take. Checkouts have no short deadline, as the machine is busy:
 * rotation-load.test.ts of core tests deadlines, with a clock of its own.
 */
const SHORT = { connections: 8, rotations: 2, windowMs: 600, outageMs: 1000, slowMs: 500, leaseMs: 8000 }
/** Rehearsals in parallel; each waits most of the time. */
const AT_ONCE = 12

const plainPg = plain.filter(({ name }) => name === 'pg, cached 5 minutes')

let site: RehearsalServers
const runs: RehearsalRun[] = []
beforeAll(async () => {
  site = await startRehearsalServers()
  const { moto, bao } = site
  const here = KINDS.filter(({ store }) => store === undefined || (store === 'bao' ? bao : moto) !== undefined)
  const rotations = here.filter(({ id }) => id !== 'store-outage')
  const jobs = [
    ...here.flatMap((kind) => secured.map((adapter) => ({ kind, adapter }))),
    ...rotations.flatMap((kind) => plainPg.map((adapter) => ({ kind, adapter }))),
  ]
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      // The life of a lease is long enough for one rotation.
      const rotations = job.kind.id === 'vault-dynamic-role' ? 1 : SHORT.rotations
      runs.push(await rehearse({ ...SHORT, ...job, rotations, site }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}, 600_000)
afterAll(() => site?.stop())

/**
 * Upper limit of requests to the store: one for the first secret, and in each rotation those until the new secret is
 * found.
 */
const MOST_FETCHES: Readonly<Record<string, number>> = {
  'store-outage': 1,
  'vault-dynamic-role': 3,
  'vault-revocation': 1 + 2 * SHORT.rotations,
}

describe.for(secured)('rotation under load, $name', ({ name }) => {
  const own = () => runs.filter(({ client }) => client === name)

  test('every kind → no failed checkout or query, and no session left', () => {
    expect(own()).not.toEqual([])
    expect(
      own()
        .filter((run) => !isFlawless(run))
        .map(failuresOf),
    ).toEqual([])
    expect(own().filter(({ checkouts, queries }) => checkouts !== queries)).toEqual([])
  })

  test('every kind → the server admits sessions with each new secret', () => {
    for (const { kind, logins, lag } of own()) {
      // Without a rotation, the pool shrinks and grows.
      if (kind === 'store-outage') expect(logins).toBeGreaterThan(SHORT.connections)
      else expect([kind, lag?.firstMs]).toEqual([kind, expect.any(Number)])
    }
  })

  test('every kind → few rejected logins, and few requests to the store', () => {
    for (const { kind, refusedLogins, fetches } of own()) {
      expect([kind, refusedLogins <= 4 * SHORT.connections * SHORT.rotations]).toEqual([kind, true])
      expect([kind, (fetches ?? 0) <= (MOST_FETCHES[kind] ?? 1 + 10 * SHORT.rotations)]).toEqual([kind, true])
    }
  })
})

test('rehearsal: plain pg with a cached password → failures in every rotation', () => {
  const own = runs.filter(({ client }) => plainPg.some(({ name }) => name === client))
  expect(own).not.toEqual([])
  expect(own.filter(isFlawless).map(failuresOf)).toEqual([])
})

function failuresOf({ kind, failedCheckouts, failedQueries, sessionsLeft, errors }: RehearsalRun) {
  return { kind, failedCheckouts, failedQueries, sessionsLeft, errors }
}
