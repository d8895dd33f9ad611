import type pg from 'pg'
import { poolOf } from '../clients.ts'
import { type Contender, contest, median, type Rounds, ratio } from '../contest.ts'
import type { Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'

interface Query {
  readonly title: string
  readonly text: string
  readonly values: readonly unknown[]
  /** How many are sent one after the other in a round. */
  readonly batch: number
}

const QUERIES: readonly Query[] = [
  { title: 'query throughput through a Pool, 1 row', text: 'select $1::int as one', values: [1], batch: 20 },
  {
    title: 'row throughput through a Pool, 1000 rows',
    text: "select i, 'row ' || i as name from generate_series(1, $1) i",
    values: [1000],
    batch: 3,
  },
]
const ROUNDS = 20
const CONTROL = 'plain pg once more'

/** Queries over an open connection: pg and its socket, with nothing of Verifull's in between. */
export async function* throughputRows(site: Site): AsyncGenerator<Row> {
  for (const query of QUERIES) {
    // Which core the server's process got decides more than anything that is measured here: new connections get others.
    const editions: Rounds[] = []
    while (editions.length < (site.quick ? 9 : 30)) editions.push(await throughput(query, site, editions.length))
    const typical = (one: string) => median(editions.map((rounds) => ratio(rounds, one, 'plain pg')))
    yield rowOf(query.title, 'ms', together(editions), [
      { what: 'verifull ÷ plain pg', measured: typical('verifull'), bar: 1.02 },
      { what: `${CONTROL} ÷ plain pg: the noise`, measured: typical(CONTROL) },
    ])
  }
}

async function throughput(query: Query, site: Site, edition: number): Promise<Rounds> {
  const destination = site.destination(site.newest, 'one root')
  // Who comes first has the better core more often: each is first in a third of the editions.
  const pools = rotated(['plain pg', 'verifull', CONTROL] as const, edition).map((name) => ({
    name,
    pool: poolOf(name === CONTROL ? 'plain pg' : name, destination),
  }))
  try {
    return await contest(
      pools.map(({ name, pool }) => contender(name, pool, query)),
      ROUNDS,
      3,
    )
  } finally {
    await Promise.all(pools.map(({ pool }) => pool.end()))
  }
}

function rotated<T>(items: readonly T[], turns: number): readonly T[] {
  const first = turns % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

function contender(name: string, pool: pg.Pool, { text, values, batch }: Query): Contender {
  return {
    name,
    async measure() {
      const started = performance.now()
      for (let query = 0; query < batch; query++) await pool.query(text, [...values])
      return (performance.now() - started) / batch
    },
  }
}

function together(editions: readonly Rounds[]): Rounds {
  const names = [...(editions[0]?.keys() ?? [])]
  return new Map(names.map((name) => [name, editions.flatMap((rounds) => rounds.get(name) ?? [])]))
}
