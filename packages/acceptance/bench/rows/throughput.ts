import type { LibraryName, ReaderWay, Round, Took } from '../apart/reader.ts'
import { Apart } from '../apart.ts'
import { balancedOrder, contest, mean, median, type Rounds, standardError } from '../contest.ts'
import type { Destination } from '../destination.ts'
import { Separation } from '../separation.ts'
import type { Site } from '../site.ts'
import { type Row, rowOf } from '../table.ts'
import { CONNECTIONS } from '../throughput/library.ts'

const LIBRARIES: readonly LibraryName[] = ['pg', 'TypeORM', 'Sequelize', 'Knex']
/**
 * `warmUp`: rounds before the first one that counts. V8 compiles anew what is used often in the first 50,000 reads of one row or so,
 * and the first 4,000 of 1000 rows. The readers take turns in these as well, as those that compete for a processor are compiled
 * otherwise.
 *
 * `editions`: processes of each kind, as each measures a few percent otherwise.
 *
 * `flags`: of Node. With `--single-threaded`, V8 compiles and collects garbage in the thread that reads. Without it, their timing
 * decides how code is compiled, which makes up to ten percent of one row from one process to the next. Of 1000 rows the collection is
 * half the work, which an application has done beside.
 */
const READS = [
  { what: '1 row', count: 1, reads: 40, warmUp: 50, editions: 12, flags: ['--single-threaded'] },
  { what: '1000 rows', count: 1000, reads: 24, warmUp: 24, editions: 8, flags: [] },
] as const
type Read = (typeof READS)[number]

/** The readers compared; the last one shows what the same reader measures when it is started again. */
const READERS: readonly { readonly name: string; readonly way: ReaderWay }[] = [
  { name: 'without Verifull', way: 'plain' },
  { name: 'with Verifull', way: 'secure' },
  { name: 'with Verifull, everything followed', way: 'followed' },
  { name: 'without Verifull once more', way: 'plain' },
]
const [PLAIN, SECURE, FOLLOWED, CONTROL] = READERS.map(({ name }) => name) as [string, string, string, string]

const ROUNDS = 8
/** Length of a round in milliseconds. In a shorter one a process would read from caches that the others have filled. */
const ROUND_MS = 100

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

async function throughputRow(library: LibraryName, read: Read, site: Site): Promise<Row> {
  const { what, count, reads, warmUp, editions, flags } = read
  const destination = site.destination(site.newest, 'one root')
  const figures: Figures = { passed: emptyRounds(), worked: emptyRounds() }
  const round = { count, reads, leastMs: site.quick ? 0 : ROUND_MS }
  const separation = await Separation.of(site.newest)
  try {
    // The first reader gets the better core more often.
    for (let number = 0; number < (site.quick ? 1 : editions); number++) {
      const readers = balancedOrder(READERS, number)
      await edition({ library, destination, round, warmUp, readers, flags, separation }, figures)
    }
  } finally {
    await separation?.end()
  }
  const shared = separation ? '' : ', server and readers on the same processors'
  return rowOf(`reading ${what} through ${library}, ${CONNECTIONS} connections${shared}`, 'ms', figures.passed, [
    ...comparisons(figures.passed, { secure: 1.02, followed: 1.03 }),
    ...comparisons(figures.worked, {}, ', processor time'),
  ])
}

/** Milliseconds per read, one figure per process: the median of its rounds. */
interface Figures {
  readonly passed: Map<string, number[]>
  readonly worked: Map<string, number[]>
}

function emptyRounds(): Map<string, number[]> {
  return new Map(READERS.map(({ name }) => [name, []]))
}

interface Bars {
  readonly secure?: number
  readonly followed?: number
}

function comparisons(rounds: Rounds, bars: Bars, ofWhat = ''): Row['comparisons'] {
  const of = (name: string) => rounds.get(name) ?? []
  const plain = of(PLAIN).map((figure, number) => mean([figure, of(CONTROL)[number] ?? Number.NaN]))
  const row = (what: string, one: readonly number[], other: readonly number[], bar?: number) => {
    // Those that were started together share the state of the machine.
    const ratios = one.map((figure, number) => figure / (other[number] ?? Number.NaN))
    const error = standardError(ratios)
    return {
      what: `${what}${ofWhat}`,
      measured: mean(one) / mean(other),
      ...(!Number.isNaN(error) && { error }),
      ...(bar !== undefined && { bar }),
    }
  }
  return [
    row(`${SECURE} ÷ ${PLAIN}`, of(SECURE), plain, bars.secure),
    row('everything followed ÷ nothing followed', of(FOLLOWED), of(SECURE), bars.followed),
    row(`everything followed ÷ ${PLAIN}`, of(FOLLOWED), plain, bars.followed),
    row(`${CONTROL} ÷ ${PLAIN}: the noise`, of(CONTROL), of(PLAIN)),
  ]
}

interface Edition {
  readonly library: LibraryName
  readonly destination: Destination
  readonly round: Round
  readonly warmUp: number
  /** The readers in the order in which they start. */
  readonly readers: typeof READERS
  /** Of Node. */
  readonly flags: readonly string[]
  readonly separation: Separation | undefined
}

/**
 * Starts a process for each reader, as an application has one kind of pool, and has them read in turn: pools of two kinds in
 * one process make V8 compile pg's code for both, which costs each of them.
 */
async function edition(
  { library, destination, round, warmUp, readers, flags, separation }: Edition,
  figures: Figures,
): Promise<void> {
  const running = readers.map(({ name, way }) => ({ name, way, process: new Apart('reader', flags) }))
  try {
    for (const { process } of running) await separation?.add(process.id)
    for (const { way, process } of running) await process.ask({ library, way, destination })
    const worked = emptyRounds()
    const contenders = running.map(({ name, process }) => ({
      name,
      async measure() {
        const took = await process.ask<Took>(round)
        worked.get(name)?.push(took.worked)
        return took.passed
      },
    }))
    const passed = await contest(contenders, ROUNDS, warmUp)
    for (const { name } of READERS) {
      figures.passed.get(name)?.push(median(passed.get(name) ?? []))
      figures.worked.get(name)?.push(median((worked.get(name) ?? []).slice(warmUp)))
    }
    for (const { process } of running) await process.ask('close')
  } finally {
    await Promise.all(running.map(({ process }) => process.end()))
  }
}
