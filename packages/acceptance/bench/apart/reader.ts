import { measureApart } from '../apart.ts'
import type { Destination } from '../destination.ts'
import { followEverything } from '../throughput/follow.ts'
import { knexLibrary } from '../throughput/knex.ts'
import { type Library, open, type Reader } from '../throughput/library.ts'
import { pgLibrary } from '../throughput/pg.ts'
import { sequelizeLibrary } from '../throughput/sequelize.ts'
import { typeormLibrary } from '../throughput/typeorm.ts'

const LIBRARIES = { pg: pgLibrary, TypeORM: typeormLibrary, Sequelize: sequelizeLibrary, Knex: knexLibrary } as const

export type LibraryName = keyof typeof LIBRARIES

/** Without Verifull, with it, or with it while all its events, traces and metrics have a listener. */
export type ReaderWay = 'plain' | 'secure' | 'followed'

/** The question with which a process begins. */
export interface Opening {
  readonly library: LibraryName
  readonly way: ReaderWay
  readonly destination: Destination
}

/** A round: `reads` reads at once of `count` rows each. */
export interface Round {
  readonly count: number
  readonly reads: number
}

/** Milliseconds per read. */
export interface Took {
  /** From the first to the last. */
  readonly passed: number
  /** Time of the processor, in all threads of this process. */
  readonly worked: number
}

let reader: Reader | undefined

measureApart(async (question: Opening | Round | 'close'): Promise<Took | 'done'> => {
  if (question === 'close') await reader?.close()
  else if ('way' in question) reader = await opened(question)
  else if (reader) return await round(reader, question)
  return 'done'
})

async function opened({ library, way, destination }: Opening): Promise<Reader> {
  if (way === 'followed') followEverything()
  const one: Library = LIBRARIES[library]
  return await open(one, way === 'plain' ? 'plain' : 'secure', destination)
}

async function round({ read }: Reader, { count, reads }: Round): Promise<Took> {
  const [began, before] = [performance.now(), process.cpuUsage()]
  const results = await Promise.all(Array.from({ length: reads }, () => read(count)))
  const passed = (performance.now() - began) / reads
  const { user, system } = process.cpuUsage(before)
  if (results.some(({ length }) => length !== count)) throw new Error(`a reader did not read ${count} rows`)
  return { passed, worked: (user + system) / 1000 / reads }
}
