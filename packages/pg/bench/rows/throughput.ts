import { poolOf } from '../clients.ts'
import { type Contender, contest, ratio } from '../contest.ts'
import type { Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'

const QUERIES = [
  { title: 'query throughput through a Pool, 1 row', text: 'select $1::int as one', values: [1], batch: 200 },
  {
    title: 'row throughput through a Pool, 1000 rows',
    text: "select i, 'row ' || i as name from generate_series(1, $1) i",
    values: [1000],
    batch: 15,
  },
]

/** Queries over an open connection: pg and its socket, with nothing of Verifull's in between. */
export async function* throughputRows(site: Site): AsyncGenerator<Row> {
  const destination = site.destination(site.newest, 'one root')
  for (const { title, text, values, batch } of QUERIES) {
    const pools = (['plain pg', 'verifull'] as const).map((way) => ({ way, pool: poolOf(way, destination) }))
    const contenders = pools.map(
      ({ way, pool }): Contender => ({
        name: way,
        async measure() {
          const started = performance.now()
          for (let query = 0; query < batch; query++) await pool.query(text, values)
          return (performance.now() - started) / batch
        },
      }),
    )
    const rounds = await contest(contenders, site.quick ? 20 : 100, 5)
    yield rowOf(title, 'ms', rounds, [
      { what: 'verifull ÷ plain pg', measured: ratio(rounds, 'verifull', 'plain pg'), bar: 1.02 },
    ])
    await Promise.all(pools.map(({ pool }) => pool.end()))
  }
}
