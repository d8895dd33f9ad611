import type { View } from './ask.ts'
import { duration } from './duration.ts'
import { type Cell, cell, type Section } from './picture.ts'

/** Orders of the pools. */
export const ORDERS = ['name', 'use', 'waiting'] as const

/** Order of the pools: by name, by the share that is lent, by the checkouts that wait. */
export type Order = (typeof ORDERS)[number]

type Pool = View['stats']['pools'][number]

/** Age of a statement that is long, in milliseconds. */
const LONG_MS = 5000
/** Share of a pool that is nearly all of it. */
const NEARLY_ALL = 0.9
const BAR = 10

/**
 * The table of the pools.
 *
 * @param before An earlier view of the same process, for checkouts per second.
 */
export function poolSection({ stats }: View, before: View | undefined, order: Order): Section {
  const seconds = before ? (Date.parse(stats.at) - Date.parse(before.stats.at)) / 1000 : 0
  const earlier = new Map(before?.stats.pools.map((pool) => [pool.name, pool.totals.checkouts]))
  const rate = ({ name, totals }: Pool): string | undefined => {
    const past = earlier.get(name)
    return past === undefined || seconds <= 0 ? undefined : ((totals.checkouts - past) / seconds).toFixed(0)
  }
  return {
    title: 'Pools',
    none: 'no pool is open',
    columns: [
      { title: 'pool', least: 24 },
      { title: 'lent', align: 'right' },
      { title: '', spare: 4 },
      { title: 'idle', align: 'right', spare: 3 },
      { title: 'connecting', align: 'right', spare: 9 },
      { title: 'waiting', align: 'right' },
      { title: 'per s', align: 'right', spare: 5 },
      { title: 'oldest', align: 'right', spare: 2 },
      { title: 'timeouts', align: 'right', spare: 1 },
      { title: 'leaks', align: 'right', spare: 6 },
      { title: 'opened', align: 'right', spare: 7 },
      { title: 'library', spare: 8 },
    ],
    rows: [...stats.pools].sort(COMPARE[order]).map((pool) => [...cellsOf(pool, rate(pool))]),
  }
}

const byName = (one: Pool, other: Pool) => one.name.localeCompare(other.name)
const COMPARE: Readonly<Record<Order, (one: Pool, other: Pool) => number>> = {
  name: byName,
  use: (one, other) => shareOf(other) - shareOf(one) || byName(one, other),
  waiting: (one, other) => other.counts.waiting - one.counts.waiting || byName(one, other),
}

function cellsOf(pool: Pool, rate: string | undefined): readonly Cell[] {
  const { name, role, counts, connecting, oldestCheckoutMs, oldestRunningMs, totals, source } = pool
  const share = shareOf(pool)
  const tone = share >= 1 ? 'bad' : share >= NEARLY_ALL ? 'doubtful' : undefined
  return [
    cell(role === undefined ? name : `${name} (${role})`),
    cell(`${counts.active}/${counts.max}`, tone),
    cell(barOf(pool), tone),
    cell(counts.idle),
    cell(connecting),
    cell(counts.waiting, counts.waiting > 0 ? 'bad' : undefined),
    cell(rate),
    cell(
      counts.active > 0 ? duration(oldestCheckoutMs) : undefined,
      oldestRunningMs > LONG_MS ? 'doubtful' : undefined,
    ),
    cell(totals.timeouts, totals.timeouts > 0 ? 'bad' : undefined),
    cell(totals.leaks, totals.leaks > 0 ? 'bad' : undefined),
    cell(totals.opened),
    cell(source, 'faint'),
  ]
}

/** The places of a pool: lent, being connected, and the others. */
function barOf({ counts: { active, max }, connecting }: Pool): string {
  const parts = (count: number) => (max > 0 ? Math.min(BAR, Math.round((count / max) * BAR)) : 0)
  const lent = parts(active)
  const taken = Math.max(lent, parts(active + connecting))
  return '█'.repeat(lent) + '▒'.repeat(taken - lent) + '░'.repeat(BAR - taken)
}

function shareOf({ counts: { active, max } }: Pool): number {
  return max > 0 ? active / max : 0
}
