import assert from 'node:assert/strict'
import { startHostileServer } from '../hostile/server.ts'
import { blackHole } from '../network/black-hole.ts'
import { type Database, startDatabase } from '../postgres/database.ts'
import type { ContractBinding } from './binding.ts'
import { type ErrorSigns, signsOf } from './error-signs.ts'
import { chainOf } from './expectations.ts'
import { type Runner, testEach } from './runner.ts'

/** A connection as it is configured, with Verifull and without. */
export interface TwinConnection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** The CA certificate as text. */
  readonly ca: string
  /** The library's limit for a connect, in milliseconds. */
  readonly limitMs: number
}

/** A library with Verifull and without. */
export interface ObstaclesChapter<Db> {
  /** The connection in the library's own options, which secureConfig() takes as well. */
  options(connection: TwinConnection): object
  /** An instance without Verifull. */
  plain(options: object): Db
}

/** A reason for which no connection is made. */
interface Obstacle {
  readonly wrong: Partial<TwinConnection>
  readonly code: string
  /** Run as the superuser before and after. */
  readonly prepare?: string
  readonly restore?: string
}

/** Said by the server: the error is the driver's own. */
const SAID: Readonly<Record<string, Obstacle>> = {
  'a wrong password': { wrong: { password: 'kahGh2-eiYo9' }, code: '28P01' },
  'no such database': { wrong: { database: 'nowhere' }, code: '3D000' },
  'no such role': { wrong: { user: 'nobody' }, code: '28000' },
  'no connection left': {
    wrong: {},
    code: '53300',
    prepare: 'alter role scram_user connection limit 0',
    restore: 'alter role scram_user connection limit -1',
  },
}

/** Said by nobody: the error is ours, with the code that applications look for. */
const UNREACHED: Readonly<Record<string, Obstacle>> = {
  'a port where nobody listens': { wrong: { host: '127.0.0.1', port: 1 }, code: 'ECONNREFUSED' },
  'no such host': { wrong: { host: 'db.invalid' }, code: 'ENOTFOUND' },
}

/** Registers the tests: what keeps a connection from being made is told as the library tells it without Verifull. */
export function obstaclesContract<Db>(
  binding: ContractBinding<Db>,
  { options, plain }: ObstaclesChapter<Db>,
  runner: Runner,
): void {
  const { test, beforeAll, afterAll } = runner
  let database: Database
  beforeAll(async () => {
    database = await startDatabase()
  })
  afterAll(() => database.stop())

  /** The errors of a first query, without Verifull and with it; `release` is called before both are closed. */
  async function errorsWith(
    wrong: Partial<TwinConnection>,
    release?: () => Promise<void>,
  ): Promise<readonly [without: unknown, ours: unknown]> {
    const { server, hierarchy } = database
    const given = options({
      host: 'localhost',
      port: server.port,
      user: 'scram_user',
      password: server.password('scram_user'),
      database: server.database,
      ca: hierarchy.root.certificate,
      limitMs: 2000,
      ...wrong,
    })
    const nothing = { environment: { NODE_ENV: 'production' } }
    const twins = [plain(given), binding.make(binding.sources.secureConfig(given, nothing))] as const
    const failure = (db: Db): Promise<unknown> =>
      binding.query(db, 'select 1').then(
        () => assert.fail('it connected'),
        (error: unknown) => error,
      )
    try {
      return [await failure(twins[0]), await failure(twins[1])]
    } finally {
      await release?.()
      await Promise.all(twins.map(binding.close))
    }
  }

  testEach(
    runner,
    SAID,
    (name) => `${name} → the same error in all its fields`,
    async (obstacle) => {
      if (obstacle.prepare) await database.server.sql(obstacle.prepare)
      try {
        const [without, ours] = await errorsWith(obstacle.wrong)
        assert.equal(codeOf(without), obstacle.code)
        assert.deepEqual(signsOf(ours), signsOf(without))
      } finally {
        if (obstacle.restore) await database.server.sql(obstacle.restore)
      }
    },
  )

  testEach(
    runner,
    UNREACHED,
    (name) => `${name} → the same code, as the library wraps it`,
    async ({ wrong, code }) => {
      const [without, ours] = await errorsWith(wrong)
      assert.deepEqual([codeOf(without), codeOf(ours)], [code, code])
      assert.ok(String(ours).includes(code), String(ours))
      assertWrappedAlike(ours, without)
    },
  )

  test('a server that never answers → both give up with a timeout', async () => {
    const hole = await blackHole()
    const [without, ours] = await errorsWith({ host: hole.host, port: hole.port, limitMs: 1500 }, hole.stop)
    assert.match(String(without), /timeout/i)
    assert.match(String(ours), /timeout expired/)
    assertWrappedAlike(ours, without)
  })

  test('a server that closes, and a certificate of another authority → wrapped alike', async () => {
    const { good, selfSigned } = database.hierarchy.servers
    const tls = { certificate: good.chain, key: good.key }
    const closing = await startHostileServer({ tls, answers: ['close'] })
    for (const wrong of [{ port: closing.port }, { ca: selfSigned.certificate }]) {
      const [without, ours] = await errorsWith(wrong)
      assertWrappedAlike(ours, without)
    }
    await closing.stop()
  })
}

/** Compares the classes of errors for which the library has a class of its own. */
function assertWrappedAlike(ours: unknown, without: unknown): void {
  assert.ok(ours instanceof Error)
  if (!(without instanceof Error) || !('parent' in without)) return
  const shape = (error: Error): Pick<ErrorSigns, 'classes'> & { keys: string[] } => ({
    classes: signsOf(error).classes,
    keys: Object.keys(error),
  })
  assert.deepEqual(shape(ours), shape(without))
}

function codeOf(error: unknown): unknown {
  return chainOf(error).find(({ code }) => code !== undefined)?.code
}
