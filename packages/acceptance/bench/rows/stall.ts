import type { Stall } from '../apart/stall.ts'
import { apart } from '../apart.ts'
import { type Contender, contest, median } from '../contest.ts'
import { BUNDLE_SIZE, type Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'

/** Time that the event loop is blocked while 20 connections are opened at once. */
export async function* stallRows(site: Site): AsyncGenerator<Row> {
  const destination = site.destination(site.newest, 'bundle')
  const stalls = new Map<string, Stall[]>()
  const contenders = ['plain pg', 'verifull'].map((way): Contender => {
    const measured: Stall[] = []
    stalls.set(way, measured)
    return {
      name: way,
      async measure() {
        const stall = await apart<Stall>('stall', { way, destination })
        measured.push(stall)
        return stall.warm
      },
    }
  })
  const rounds = await contest(contenders, site.quick ? 1 : 3, 0)
  const typical = (way: string, figure: keyof Stall) => median(stalls.get(way)?.map((stall) => stall[figure]) ?? [])
  yield rowOf(`longest event-loop stall, 20 parallel connects, bundle of ${BUNDLE_SIZE} roots`, 'ms', rounds, [
    { what: 'verifull', measured: typical('verifull', 'warm'), bar: 30 },
    { what: 'verifull, the least of its rounds', measured: typical('verifull', 'least') },
    { what: 'verifull, first connections of a process', measured: typical('verifull', 'cold') },
    { what: 'plain pg, first connections of a process', measured: typical('plain pg', 'cold') },
  ])
}
