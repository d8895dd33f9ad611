import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { libpqOracle } from '../../src/oracle/libpq.ts'
import { type AdapterDefinition, defineAdapter, type Session } from '../../src/suite/adapter.ts'
import type { RequirementId } from '../../src/suite/requirements.ts'
import { startWorld } from '../../src/suite/run/world.ts'
import { runCells } from '../../src/suite/run.ts'
import type { Item, Work, WorkRequest } from '../../src/suite/work.ts'

const libpq = await libpqOracle({ via: 'library' })
const world = await startWorld()
const left: Session[] = []
afterAll(async () => {
  for (const session of left) await session.close()
  await Promise.all([libpq.close(), world.stop()])
})

/** Work with libpq: one session, and SQL written by hand. */
const work: Work<Session> = {
  open: (request) => libpq.connect(request),
  close: (session) => session.close(),
  query: (session, sql) => session.query(sql),
  insert: (session, items) => done(session, `insert into item values ${items.map(written).join()}`),
  transaction: (session, body) => enclosed(session, body, ['begin', 'commit', 'rollback']),
  savepoint: (session, body) => enclosed(session, body, ['savepoint s', 'release s', 'rollback to s']),
  async *stream(session) {
    for (const { id, name } of await session.query('select id, name from item')) {
      yield { id: Number(id), name: String(name) }
    }
  },
}

// The oracle takes statements with rows only.
const done = (session: Session, sql: string) => session.query(`${sql}; select 1`)
const written = ({ id, name }: Item) => `(${id}, '${name}')`

async function enclosed(
  session: Session,
  body: (session: Session) => Promise<void>,
  [begin, end, undo]: readonly [string, string, string],
): Promise<void> {
  await done(session, begin)
  try {
    await body(session)
  } catch (error) {
    await done(session, undo)
    throw error
  }
  await done(session, end)
}

async function outcomeOf(requirement: RequirementId, poor: Partial<Work<Session>>): Promise<string> {
  const { connect, refusalOf, capabilities } = libpq
  const definition: AdapterDefinition = { name: 'poor', capabilities, connect, refusalOf, work: { ...work, ...poor } }
  const results = await runCells({ adapter: defineAdapter(definition), world, requirements: [requirement] })
  const run = results.filter(({ verdict }) => verdict !== 'unsupported')
  return run.map(({ verdict, message }) => (message === undefined ? verdict : `${verdict}: ${message}`)).join(' | ')
}

test.each([
  ['VF-WORK-001', 'equal'],
  ['VF-WORK-002', 'equal'],
  ['VF-WORK-003', 'equal | equal'],
  ['VF-WORK-004', 'equal'],
  ['VF-WORK-005', 'equal | equal'],
] as const)('who does the work well is equal: %s', async (requirement, outcome) => {
  expect(await outcomeOf(requirement, {})).toBe(outcome)
})

describe('suite, faulty work', () => {
  test('work without TLS → weaker', async () => {
    const open = ({ parameters, ...request }: WorkRequest) =>
      libpq.connect({ ...request, parameters: { ...parameters, sslmode: 'disable' } })
    expect(await outcomeOf('VF-WORK-001', { open })).toBe('weaker: the server saw a session without TLS')
  })

  test('a session left open → found', async () => {
    const close = async (session: Session) => left.push(session)
    expect(await outcomeOf('VF-WORK-001', { close })).toMatch(
      /^different: after 5000 ms the server still answers 1 to: select count\(\*\) from pg_stat_activity/,
    )
  })

  test('no transaction → found', async () => {
    const transaction: Work<Session>['transaction'] = (session, body) => body(session)
    expect(await outcomeOf('VF-WORK-001', { transaction })).toMatch(
      /^different: .*the server answers Anna Bert and not nobody to/,
    )
    expect(await outcomeOf('VF-WORK-002', { transaction })).toMatch(
      /^different: .*the server answers Anna and not nobody to/,
    )
  })

  test('a transaction that swallows or replaces the error → found', async () => {
    const transaction: NonNullable<Work<Session>['transaction']> = (session, body) =>
      enclosed(session, body, ['begin', 'commit', 'rollback'])
    expect(
      await outcomeOf('VF-WORK-002', { transaction: (...given) => transaction(...given).catch(() => undefined) }),
    ).toBe('different: Missing expected rejection.')
    const wrapped: typeof transaction = (...given) =>
      transaction(...given).catch((cause) => Promise.reject(new Error('failed', { cause })))
    expect(await outcomeOf('VF-WORK-002', { transaction: wrapped })).toMatch(
      /^different: instead of the error of its body it ended with Error: failed/,
    )
  })

  test('a savepoint that rolls back all or nothing → found', async () => {
    const all: Work<Session>['savepoint'] = (session, body) =>
      enclosed(session, body, ['begin', 'select 1', 'rollback'])
    const none: Work<Session>['savepoint'] = (session, body) => body(session)
    expect(await outcomeOf('VF-WORK-003', { savepoint: all })).toMatch(
      /^different: .*the server answers nobody and not Anna to/,
    )
    expect(await outcomeOf('VF-WORK-003', { savepoint: none })).toMatch(
      /^different: .*the server answers Anna Bert and not Anna to/,
    )
  })

  test('lost rows → found', async () => {
    expect(await outcomeOf('VF-WORK-004', { insert: async (session) => session.query('select 1') })).toMatch(
      /^different: /,
    )
    const stream: Work<Session>['stream'] = async function* (session) {
      yield* [{ id: 1, name: String(session) }]
    }
    expect(await outcomeOf('VF-WORK-005', { stream })).toMatch(/^different: Expected values to be strictly deep-equal/)
  })

  test('a pool without a limit, or that does not replace a dead session → found', async () => {
    const sessions: Session[] = []
    const request: { last?: WorkRequest } = {}
    const endless: Partial<Work<Session>> = {
      pool: true,
      open: (asked) => {
        request.last = asked
        return libpq.connect(asked)
      },
      async query(_, sql) {
        if (request.last === undefined) throw new Error('not opened')
        const session = await libpq.connect(request.last)
        sessions.push(session)
        return session.query(sql)
      },
      close: (session) => Promise.all([...sessions.splice(0), session].map((each) => each.close())),
    }
    expect(await outcomeOf('VF-WORK-009', endless)).toMatch(/^different: 40 sessions, where the pool may have 5/)
    expect(await outcomeOf('VF-WORK-011', { pool: true })).toMatch(/^different: /)
  })

  test('a pool that closes during a query → found', async () => {
    const close = (session: Session) => pause(500).then(() => session.close())
    const query: Work<Session>['query'] = (session, sql) =>
      session.query(sql).then(() => Promise.reject(new Error('Connection terminated')))
    expect(await outcomeOf('VF-WORK-013', { pool: true, close, query })).toBe('different: Connection terminated')
  })

  test('a process that fails, or does nothing → found', async () => {
    const exit = `${import.meta.dirname}/exit`
    expect(await outcomeOf('VF-WORK-014', { exit: `${exit}-missing.mjs` })).toMatch(
      /^different: it ended with 1: [\s\S]*Cannot find module[\s\S]*\nthe server saw no session$/,
    )
  })
})
