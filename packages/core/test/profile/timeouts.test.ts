import { describe, expect, test } from 'vitest'
import { timeoutsOf } from '../../src/profile/timeouts.ts'
import { collect } from '../sources/reading.ts'

/** Seconds of connect_timeout, milliseconds of the pool's timeout, hosts; milliseconds per address and in total. */
type Row = readonly [seconds: number | undefined, whole: number | undefined, hosts: number, each: number, all: number]

const ROWS: readonly Row[] = [
  // no setting: ten seconds, shared
  [undefined, undefined, 1, 0, 10_000],
  [undefined, undefined, 2, 5_000, 10_000],
  [undefined, undefined, 3, 3_333, 10_000],
  [undefined, undefined, 20, 500, 10_000],
  // connect_timeout as in libpq: 0 or less is none, 1 is 2, per host
  [0, undefined, 1, 0, 10_000],
  [-1, undefined, 2, 0, 10_000],
  [1, undefined, 1, 2_000, 10_000],
  [2, undefined, 1, 2_000, 10_000],
  [30, undefined, 1, 30_000, 30_000],
  [30, undefined, 3, 30_000, 90_000],
  // the pool's timeout is the total, minus a margin for the pool's own timer
  [undefined, 0, 1, 0, 10_000],
  [undefined, 30_000, 1, 0, 28_500],
  [undefined, 1_000, 1, 0, 950],
  [undefined, 1_000, 2, 475, 950],
  [undefined, 250, 1, 0, 200],
  [undefined, 60, 1, 0, 30],
  [undefined, 1, 1, 0, 1],
  // at most Node's longest timer
  [2_147_483_647, undefined, 2, 2_147_483_647, 2_147_483_647],
  [undefined, 2_147_483_647, 1, 0, 2_040_109_464],
  // both
  [5, 30_000, 2, 5_000, 28_500],
  [30, 5_000, 1, 30_000, 4_750],
  [0, 5_000, 2, 0, 4_750],
]

describe('timeouts', () => {
  test.each(ROWS)(
    'connect_timeout=%j, pool %j ms, %i hosts → %i ms each, %i ms in total',
    (seconds, whole, hosts, each, all) => {
      const merged = collect({
        settings: {
          ...(seconds !== undefined && { connect_timeout: seconds }),
          ...(whole !== undefined && { pool: { connectionTimeoutMillis: whole } }),
        },
      })
      expect(merged.problems).toEqual([])
      expect(timeoutsOf(merged, hosts)).toEqual({ connectTimeoutMs: each, deadlineMs: all, failoverTimeoutMs: all })
    },
  )

  test.each([
    [{ failoverTimeoutMs: 0 }, {}, 0],
    [{ failoverTimeoutMs: 3000 }, { DB_FAILOVER_TIMEOUT: '0' }, 3000],
    [{}, { DB_FAILOVER_TIMEOUT: '2500' }, 2500],
  ])('settings %j, variables %j → a wait of %i ms', (settings, environment, wait) => {
    const merged = collect({ settings: { ...settings, environment } })
    expect(merged.problems).toEqual([])
    expect(timeoutsOf(merged, 1)).toMatchObject({ failoverTimeoutMs: wait, deadlineMs: 10_000 })
  })

  test.each([
    [undefined, undefined, 1, 0, 30_000],
    [undefined, undefined, 2, 5_000, 30_000],
    [undefined, 0, 1, 0, 30_000],
    [20, undefined, 2, 20_000, 40_000],
    [2, undefined, 1, 2_000, 30_000],
  ])(
    'timeouts: a wait of 30 s, connect_timeout=%j, pool %j ms, %i hosts → %i ms each, %i ms in total',
    (seconds, whole, hosts, each, all) => {
      const merged = collect({
        settings: {
          failoverTimeoutMs: 30_000,
          ...(seconds !== undefined && { connect_timeout: seconds }),
          ...(whole !== undefined && { pool: { connectionTimeoutMillis: whole } }),
        },
      })
      expect(timeoutsOf(merged, hosts)).toEqual({ connectTimeoutMs: each, deadlineMs: all, failoverTimeoutMs: 30_000 })
    },
  )

  test.each([
    [{ failoverTimeoutMs: -1 }, 'settings.failoverTimeoutMs'],
    [{ failoverTimeoutMs: 1.5 }, 'settings.failoverTimeoutMs'],
    [{ failoverTimeoutMs: Number.NaN }, 'settings.failoverTimeoutMs'],
    [{ failoverTimeoutMs: Number.POSITIVE_INFINITY }, 'settings.failoverTimeoutMs'],
    [{ failoverTimeoutMs: 2 ** 31 }, 'settings.failoverTimeoutMs'],
    [{ environment: { DB_FAILOVER_TIMEOUT: '-5' } }, 'DB_FAILOVER_TIMEOUT'],
    [{ environment: { DB_FAILOVER_TIMEOUT: '99999999999999999999' } }, 'DB_FAILOVER_TIMEOUT'],
    [{ environment: { DB_FAILOVER_TIMEOUT: '10s' } }, 'DB_FAILOVER_TIMEOUT'],
  ])('%j → a problem that names %s', (settings, place) => {
    const { problems } = collect({ settings })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({
      parameter: 'failoverTimeoutMs',
      message: expect.stringMatching(
        `^invalid failoverTimeoutMs value ".*" \\(from ${place}\\); it must be an integer`,
      ),
    })
  })

  test('any settings → a deadline', () => {
    for (const [, , , , all] of ROWS) expect(all).toBeGreaterThan(0)
  })
})
