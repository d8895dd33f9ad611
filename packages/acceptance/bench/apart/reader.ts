import { measureApart } from '../apart.ts'
import type { Destination } from '../destination.ts'
import { type Library, open, type Reader } from '../throughput/library.ts'

/** Loaded on demand: an application has one of them. */
const LIBRARIES = {
  pg: async () => (await import('../throughput/pg.ts')).pgLibrary,
  TypeORM: async () => (await import('../throughput/typeorm.ts')).typeormLibrary,
  Sequelize: async () => (await import('../throughput/sequelize.ts')).sequelizeLibrary,
  Knex: async () => (await import('../throughput/knex.ts')).knexLibrary,
} as const

/**
 * Loaded in each process, as an application that observes itself has them: code that is loaded and does nothing costs a query a
 * percent or two, whatever it is.
 */
const loadObservers = () =>
  Promise.all([import('prom-client'), import('@opentelemetry/sdk-metrics'), import('@opentelemetry/sdk-trace-base')])

export type LibraryName = keyof typeof LIBRARIES

/** Without Verifull, with it, or with it while all its events, traces and metrics have a listener. */
export type ReaderWay = 'plain' | 'secure' | 'followed'

/** The question with which a process begins. */
export interface Opening {
  readonly library: LibraryName
  readonly way: ReaderWay
  readonly destination: Destination
}

/** A round: `reads` reads at once of `count` rows each, over and over for at least `leastMs` milliseconds. */
export interface Round {
  readonly count: number
  readonly reads: number
  readonly leastMs: number
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
  await loadObservers()
  if (way === 'followed') (await import('../throughput/follow.ts')).followEverything()
  const one: Library = await LIBRARIES[library]()
  return await open(one, way === 'plain' ? 'plain' : 'secure', destination)
}

async function round({ read }: Reader, { count, reads, leastMs }: Round): Promise<Took> {
  // Rows are let go at once, as by an application that has answered with them; kept ones would measure the garbage collector.
  const readOne = async () => (await read(count)).length
  const [began, before] = [performance.now(), process.cpuUsage()]
  let done = 0
  let passedMs = 0
  do {
    const lengths = await Promise.all(Array.from({ length: reads }, readOne))
    if (lengths.some((length) => length !== count)) throw new Error(`a reader did not read ${count} rows`)
    done += reads
    passedMs = performance.now() - began
  } while (passedMs < leastMs)
  const { user, system } = process.cpuUsage(before)
  return { passed: passedMs / done, worked: (user + system) / 1000 / done }
}
