import { expect, test } from 'vitest'
import { waitForPosition, writePosition } from '../../src/replicas/log-position.ts'

const AT = '16/B374D848'

/** Answers of a server, one for each statement, the last one again; `sent` has the statements. */
function server(...answers: readonly unknown[]) {
  const sent: string[] = []
  const run = async (sql: string) => {
    sent.push(sql.replaceAll(/\s+/g, ' '))
    return answers[Math.min(sent.length, answers.length) - 1]
  }
  return { run, sent }
}

const row = (reached: unknown, version = '180001', alone: unknown = true) => ({ reached, version, alone })

test.each<[string, unknown]>([
  ['a list of rows', [{ position: AT }]],
  ['an object with rows', { rows: [{ position: AT }], rowCount: 1 }],
  ['rows and their metadata', [[{ position: AT }], {}]],
])('writePosition: %s → the position', async (_what, answer) => {
  expect(await writePosition(server(answer).run)).toBe(AT)
})

test.each([undefined, null, [], {}, [{ other: 1 }], [{ position: 'x' }]])(
  'writePosition: %o → the argument is named',
  async (answer) => {
    await expect(writePosition(server(answer).run)).rejects.toThrow(
      'writePosition(): run must resolve to the rows of the statement',
    )
  },
)

test.each([true, 't', 'true'])('waitForPosition: reached is %o → true, by one question', async (reached) => {
  const { run, sent } = server([row(reached)])
  expect(await waitForPosition(run, AT)).toBe(true)
  expect(sent).toEqual([expect.stringContaining(`pg_last_wal_replay_lsn() >= '${AT}'::pg_catalog.pg_lsn`)])
})

test('waitForPosition: reached at the third question → true', async () => {
  const { run, sent } = server([row(false)], [row(false)], [row(true)])
  expect(await waitForPosition(run, AT, { timeoutMs: 5000 })).toBe(true)
  expect(sent).toHaveLength(3)
})

test('waitForPosition: never reached → false when the time is over; with 0 by one question', async () => {
  const { run, sent } = server([row(false)])
  const began = performance.now()
  expect(await waitForPosition(run, AT, { timeoutMs: 60 })).toBe(false)
  expect(performance.now() - began).toBeGreaterThanOrEqual(59)
  sent.length = 0
  expect(await waitForPosition(run, AT, { timeoutMs: 0 })).toBe(false)
  expect(sent).toHaveLength(1)
})

test('waitForPosition: PostgreSQL 19, outside a transaction → the server waits', async () => {
  const { run, sent } = server([row(false, '190000')], [{ status: 'success' }], [row(true, '190000')])
  expect(await waitForPosition(run, AT, { timeoutMs: 5000 })).toBe(true)
  expect(sent[1]).toMatch(
    /^WAIT FOR LSN '16\/B374D848' WITH \(MODE 'standby_replay', TIMEOUT '(5000|49\d\d)ms', NO_THROW\)$/,
  )
  expect(sent).toHaveLength(3)
})

test.each<[string, unknown]>([
  ['in a transaction', row(false, '190000', false)],
  ['before 19', row(false, '189999')],
])('waitForPosition: %s → it asks again instead', async (_what, first) => {
  const { run, sent } = server([first], [row(true)])
  expect(await waitForPosition(run, AT)).toBe(true)
  expect(sent[1]).toMatch(/^select/)
})

test.each<[string, readonly unknown[], string]>([
  ['no function', [undefined, AT], 'waitForPosition(): run must be a function, not undefined'],
  [
    'a position with SQL',
    [server().run, "0/1'; drop table seen --"],
    'position must be text as writePosition() gives it',
  ],
  ['no position', [server().run, undefined], 'position must be text as writePosition() gives it'],
  ['seconds as text', [server().run, AT, { timeoutMs: '5' }], 'timeoutMs must be a number, not a string'],
  ['no number', [server().run, AT, { timeoutMs: Number.NaN }], 'timeoutMs must be a number'],
  [
    'an endless wait',
    [server().run, AT, { timeoutMs: Number.POSITIVE_INFINITY }],
    'timeoutMs must be at most 2147483647',
  ],
  ['another setting', [server().run, AT, { timeout: 5 }], 'settings has no "timeout"; did you mean timeoutMs?'],
  ['no rows', [server([]).run, AT], 'run must resolve to the rows of the statement'],
])('waitForPosition: %s → the argument is named', async (_what, given, message) => {
  const call = waitForPosition as (...given: readonly unknown[]) => Promise<boolean>
  await expect(call(...given)).rejects.toThrow(message)
})
