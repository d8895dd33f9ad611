import type { Stall } from '../apart/stall.ts'
import { apart } from '../apart.ts'
import { type Contender, contest, median } from '../contest.ts'
import { BUNDLE_SIZE, type Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'

/** How long the event loop stands still while 20 connections are opened at once. */
export async function* stallRows(site: Site): AsyncGenerator<Row> {
  const destination = site.destination(site.newest, 'bundle')
  const cold = new Map<string, number[]>()
  const contenders = ['plain pg', 'verifull'].map((way): Contender => {
    const first: number[] = []
    cold.set(way, first)
    return {
      name: way,
      async measure() {
        const stall = await apart<Stall>('stall', { way, destination })
        first.push(stall.cold)
        return stall.warm
      },
    }
  })
  const rounds = await contest(contenders, site.quick ? 1 : 5, 0)
  const longest = (figures: ReadonlyMap<string, readonly number[]>, way: string) => median(figures.get(way) ?? [])
  yield rowOf(`longest event-loop stall, 20 parallel connects, bundle of ${BUNDLE_SIZE} roots`, 'ms', rounds, [
    { what: 'verifull', measured: longest(rounds, 'verifull'), bar: 30 },
    { what: 'verifull, first connections of a process', measured: longest(cold, 'verifull') },
    { what: 'plain pg, first connections of a process', measured: longest(cold, 'plain pg') },
  ])
}
