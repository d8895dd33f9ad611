import { type Contender, contest, median, type Rounds, ratio } from '../contest.ts'
import type { Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'
import { knexLibrary } from '../throughput/knex.ts'
import { CONNECTIONS, type Library, open, type Reader } from '../throughput/library.ts'
import { pgLibrary } from '../throughput/pg.ts'
import { sequelizeLibrary } from '../throughput/sequelize.ts'
import { typeormLibrary } from '../throughput/typeorm.ts'

const LIBRARIES = [pgLibrary, typeormLibrary, sequelizeLibrary, knexLibrary]
const READS = [
  { what: '1 row', count: 1, reads: 200 },
  { what: '1000 rows', count: 1000, reads: 24 },
] as const
type Read = (typeof READS)[number]

const ROUNDS = 15
const PLAIN = 'without Verifull'
const SECURE = 'with Verifull'
const CONTROL = 'without Verifull once more'

/** Reading through each library, with Verifull and without: open connections, with nothing of Verifull's in between. */
export async function* throughputRows(site: Site): AsyncGenerator<Row> {
  await fill(site)
  for (const library of LIBRARIES) for (const read of READS) yield await throughputRow(library, read, site)
}

async function fill({ newest }: Site): Promise<void> {
  const items = "create table bench_item as select i as id, 'item ' || i as name from generate_series(1, 1000) i"
  await newest.sql(`${items}; alter table bench_item add primary key (id); analyze bench_item`, newest.database)
  await newest.sql('grant select on bench_item to public', newest.database)
}

async function throughputRow(library: Library, read: Read, site: Site): Promise<Row> {
  // Which core the server's processes got decides more than anything that is measured here: new connections get others.
  const editions: Rounds[] = []
  while (editions.length < (site.quick ? 6 : 24)) editions.push(await throughput(library, read, site, editions.length))
  const typical = (one: string, others: readonly string[]) =>
    median(editions.map((rounds) => mean(others.map((other) => ratio(rounds, one, other)))))
  const title = `reading ${read.what} through ${library.name}, ${CONNECTIONS} connections`
  return rowOf(title, 'ms', together(editions), [
    { what: `${SECURE} ÷ ${PLAIN}, of two pools`, measured: typical(SECURE, [PLAIN, CONTROL]), bar: 1.02 },
    { what: `${CONTROL} ÷ ${PLAIN}: the noise`, measured: typical(CONTROL, [PLAIN]) },
  ])
}

async function throughput(library: Library, read: Read, site: Site, edition: number): Promise<Rounds> {
  const destination = site.destination(site.newest, 'one root')
  const readers: { name: string; reader: Reader }[] = []
  try {
    // Who comes first has the better core more often: each is first in a third of the editions.
    for (const name of rotated([PLAIN, SECURE, CONTROL], edition)) {
      readers.push({ name, reader: await open(library, name === SECURE ? 'secure' : 'plain', destination) })
    }
    return await contest(
      readers.map(({ name, reader }) => contender(name, reader, read)),
      ROUNDS,
      3,
    )
  } finally {
    await Promise.all(readers.map(({ reader }) => reader.close()))
  }
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}

function rotated<T>(items: readonly T[], turns: number): readonly T[] {
  const first = turns % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}

function contender(name: string, reader: Reader, { count, reads }: Read): Contender {
  return {
    name,
    async measure() {
      const started = performance.now()
      const read = await Promise.all(Array.from({ length: reads }, () => reader.read(count)))
      const took = (performance.now() - started) / reads
      if (read.some(({ length }) => length !== count)) throw new Error(`${name} did not read ${count} rows`)
      return took
    },
  }
}

function together(editions: readonly Rounds[]): Rounds {
  const names = [...(editions[0]?.keys() ?? [])]
  return new Map(names.map((name) => [name, editions.flatMap((rounds) => rounds.get(name) ?? [])]))
}
