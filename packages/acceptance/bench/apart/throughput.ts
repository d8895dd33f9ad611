import { measureApart } from '../apart.ts'
import { type Contender, contest } from '../contest.ts'
import type { Destination } from '../destination.ts'
import { knexLibrary } from '../throughput/knex.ts'
import { type Library, open, type Reader } from '../throughput/library.ts'
import { pgLibrary } from '../throughput/pg.ts'
import { sequelizeLibrary } from '../throughput/sequelize.ts'
import { typeormLibrary } from '../throughput/typeorm.ts'

const LIBRARIES = { pg: pgLibrary, TypeORM: typeormLibrary, Sequelize: sequelizeLibrary, Knex: knexLibrary }

export type LibraryName = keyof typeof LIBRARIES

/** The readers compared: without Verifull, with it, and without it a second time as a control. */
export const READERS = ['plain', 'secure', 'control'] as const
type ReaderName = (typeof READERS)[number]

/** A read workload and its repetitions. */
export interface Throughput {
  readonly library: LibraryName
  /** Rows per read. */
  readonly count: number
  /** Reads per sample. */
  readonly reads: number
  /** Number of times that all connections are opened anew: the cores on which the server's processes run weigh most. */
  readonly editions: number
  readonly destination: Destination
}

/** Milliseconds per read, one figure per round. */
export type Edition = Readonly<Record<ReaderName, readonly number[]>>

const ROUNDS = 15

measureApart(async ({ library, editions, destination, ...read }: Throughput): Promise<readonly Edition[]> => {
  const measured: Edition[] = []
  while (measured.length < editions) {
    measured.push(await edition(LIBRARIES[library], read, destination, measured.length))
  }
  return measured
})

type Read = Pick<Throughput, 'count' | 'reads'>

async function edition(library: Library, read: Read, destination: Destination, number: number): Promise<Edition> {
  const readers: { name: ReaderName; reader: Reader }[] = []
  try {
    // The first reader gets the better core more often, so each is first in a third of the editions.
    for (const name of rotated(READERS, number)) {
      readers.push({ name, reader: await open(library, name === 'secure' ? 'secure' : 'plain', destination) })
    }
    const contenders = readers.map(({ name, reader }) => contender(name, reader, read))
    return Object.fromEntries(await contest(contenders, ROUNDS, 3)) as Edition
  } finally {
    await Promise.all(readers.map(({ reader }) => reader.close()))
  }
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
