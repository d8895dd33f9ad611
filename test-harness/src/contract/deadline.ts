import assert from 'node:assert/strict'
import { outcomeWithin } from '../diagnostics/outcome-within.ts'
import { SILENT_SERVERS } from '../hostile/silent-server.ts'
import { swallowingProxy } from '../network/black-hole.ts'
import { type Database, startDatabase } from '../postgres/database.ts'
import { type ContractBinding, use } from './binding.ts'
import { chainOf, until } from './expectations.ts'
import { type Runner, testEach } from './runner.ts'

/** The limit of a connect in a library. */
export interface DeadlineChapter<Db> {
  /** Options that limit a connect to this time. */
  limit(ms: number): object
  /** Default 3000: core's own deadline is 5 % earlier, which is the moment that a busy machine may be late. */
  readonly limitMs?: number
  /** Ways to connect beside a first query. */
  readonly connects?: Readonly<Record<string, (db: Db) => Promise<unknown>>>
  /** Connections that the pool has or makes. */
  size(db: Db): number
  /** Points of a connection at which a server falls silent, beside {@link SILENT_SERVERS}. */
  readonly silent?: typeof SILENT_SERVERS
  /** A pattern of the message that comes then, beside core's own. */
  readonly late?: string
}

/** Registers the tests: no connect takes longer than its limit, and none leaves a socket. */
export function deadlineContract<Db>(binding: ContractBinding<Db>, chapter: DeadlineChapter<Db>, runner: Runner): void {
  const { test, beforeAll, afterAll } = runner
  const { limitMs = 3000 } = chapter
  const { secureConfig } = binding.sources
  const first = (db: Db) => binding.query(db, 'select 1 as one')
  let database: Database
  beforeAll(async () => {
    database = await startDatabase()
  })
  afterAll(() => database.stop())

  const inAll = `no connection within ${seconds(limitMs)} s in all \\(it was in the phase "\\w+"\\)`
  const late = new RegExp(`timeout expired: (${[inAll, ...(chapter.late ? [chapter.late] : [])].join('|')})`)

  const ways = Object.entries({ 'a first query': first, ...chapter.connects })
  const silent = { ...SILENT_SERVERS, ...chapter.silent }
  const title = (when: string) => `a server that falls silent ${when} → every connect ends in time and leaves no socket`
  testEach(runner, silent, title, async (start) => {
    const before = openSockets()
    const endsInTime = async (way: string, connect: (db: Db) => Promise<unknown>) => {
      const server = await start(database.hierarchy.servers.good)
      try {
        const settings = { ...database.settings, port: server.port }
        await use(binding, secureConfig(chapter.limit(limitMs), settings), async (db) => {
          const outcome = await outcomeWithin(limitMs + 2000, connect(db))
          assert.ok('error' in outcome, `${way}: it connected`)
          assert.match(String(outcome.error), late, `${way}: ${outcome.error}`)
          assert.ok(chainOf(outcome.error).some(isLate), `${way}: no ConnectError with code ETIMEDOUT`)
          assert.equal(await server.openConnections(), 0, way)
          assert.equal(chapter.size(db), 0, way)
        })
      } finally {
        await server.stop()
      }
    }
    await Promise.all(ways.map(([way, connect]) => endsInTime(way, connect)))
    await until('no more sockets than before', () => openSockets() <= before)
  })

  test('a network that goes dead for many queries at once → all end, no socket is left, and it lends again', async () => {
    const proxy = await swallowingProxy({ to: database.server })
    const config = secureConfig(chapter.limit(limitMs), { ...database.settings, port: proxy.port })
    await use(binding, config, async (db) => {
      const [row] = await binding.query(db, 'select pg_backend_pid() as pid')
      await database.server.sql(`select pg_terminate_backend(${row?.pid})`)
      await until('the pool has seen the end', () => proxy.open === 0)
      proxy.swallow()
      const queries = Array.from({ length: 5 }, () => first(db))
      const outcomes = await Promise.all(queries.map((query) => outcomeWithin(2 * limitMs + 2000, query)))
      for (const outcome of outcomes) assert.ok('error' in outcome, 'it connected')
      await until('no socket is left', () => proxy.open === 0)
      proxy.relay()
      const asked = [1, 2, 3].map((n) => binding.query(db, `select ${n} as n`))
      assert.deepEqual(await Promise.all(asked), [[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
    })
    await until('no socket is left after the end', () => proxy.open === 0)
    await proxy.stop()
  })

  test('a credentials provider that never answers → given up with the deadline', async () => {
    const { password: _password, ...settings } = database.settings
    const never = { ...settings, secrets: () => new Promise(() => {}) }
    await use(binding, secureConfig(chapter.limit(limitMs), never), async (db) => {
      const outcome = await outcomeWithin(limitMs + 2000, first(db))
      assert.match(String('error' in outcome && outcome.error), /timeout expired/)
      assert.equal(chapter.size(db), 0)
    })
  })
}

/** The deadline of a connect is 95 % of the library's limit, so that it is core that says what was late. */
function seconds(limitMs: number): number {
  return (limitMs * 0.95) / 1000
}

function isLate({ name, code }: { name?: unknown; code?: unknown }): boolean {
  return name === 'ConnectError' && code === 'ETIMEDOUT'
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
}
