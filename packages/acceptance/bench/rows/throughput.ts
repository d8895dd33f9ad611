import type { Edition, LibraryName, READERS, Throughput } from '../apart/throughput.ts'
import { apart } from '../apart.ts'
import { median, type Rounds } from '../contest.ts'
import type { Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'
import { CONNECTIONS } from '../throughput/library.ts'

const LIBRARIES: readonly LibraryName[] = ['pg', 'TypeORM', 'Sequelize', 'Knex']
const READS = [
  { what: '1 row', count: 1, reads: 200 },
  { what: '1000 rows', count: 1000, reads: 24 },
] as const
type Read = (typeof READS)[number]

const NAMES: Readonly<Record<(typeof READERS)[number], string>> = {
  plain: 'without Verifull',
  secure: 'with Verifull',
  control: 'without Verifull once more',
}

/** Reads through each library with and without Verifull, over connections that are open already. */
export async function* throughputRows(site: Site): AsyncGenerator<Row> {
  await fill(site)
  for (const library of LIBRARIES) for (const read of READS) yield await throughputRow(library, read, site)
}

async function fill({ newest }: Site): Promise<void> {
  const items = "create table bench_item as select i as id, 'item ' || i as name from generate_series(1, 1000) i"
  await newest.sql(`${items}; alter table bench_item add primary key (id); analyze bench_item`, newest.database)
  await newest.sql('grant select on bench_item to public', newest.database)
}

async function throughputRow(library: LibraryName, { what, ...read }: Read, site: Site): Promise<Row> {
  const destination = site.destination(site.newest, 'one root')
  const request: Throughput = { library, ...read, editions: 6, destination }
  const editions: Edition[] = []
  // The history and memory layout of a process weigh as much as the cores it runs on.
  const processes = site.quick ? 1 : 6
  for (let number = 0; number < processes; number++) {
    editions.push(...(await apart<readonly Edition[]>('throughput', request)))
  }
  const middle = (name: keyof Edition) => median(editions.flatMap((edition) => edition[name]))
  const title = `reading ${what} through ${library}, ${CONNECTIONS} connections`
  return rowOf(title, 'ms', roundsOf(editions), [
    {
      what: `${NAMES.secure} ÷ ${NAMES.plain}, of two pools`,
      measured: (2 * middle('secure')) / (middle('plain') + middle('control')),
      bar: 1.02,
    },
    { what: `${NAMES.control} ÷ ${NAMES.plain}: the noise`, measured: middle('control') / middle('plain') },
  ])
}

function roundsOf(editions: readonly Edition[]): Rounds {
  const names = Object.entries(NAMES) as [keyof Edition, string][]
  return new Map(names.map(([key, name]) => [name, editions.flatMap((edition) => edition[key])]))
}
