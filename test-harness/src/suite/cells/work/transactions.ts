import assert from 'node:assert/strict'
import { type WorkCell, workCell } from '../../work-cell.ts'

const ANNA = { id: 1, name: 'Anna' }
const BERT = { id: 2, name: 'Bert' }
const NAMES = "select coalesce(string_agg(name, ' ' order by id), 'nobody') from item"

/** Thrown by the suite inside a transaction, which must reject with the same object. */
class ChangedMyMind extends Error {}

/** Commit, rollback and savepoints. */
export const TRANSACTION_CELLS: readonly WorkCell[] = [
  workCell({
    requirement: 'VF-WORK-001',
    id: 'commit',
    title: 'rows of a transaction are there when it has ended, and nobody sees them before',
    pieces: ['transaction', 'insert'],
    async run({ work, open, answers }) {
      await work.transaction(await open(), async (inside) => {
        await work.insert(inside, [ANNA, BERT])
        await answers(NAMES, 'nobody')
      })
      await answers(NAMES, 'Anna Bert')
    },
  }),
  workCell({
    requirement: 'VF-WORK-002',
    id: 'rollback',
    title: 'a transaction whose body throws leaves no row, and its error comes out as it is',
    pieces: ['transaction', 'insert'],
    async run({ work, open, answers }) {
      const thrown = new ChangedMyMind('the second thought')
      const ended = work.transaction(await open(), async (inside) => {
        await work.insert(inside, [ANNA])
        throw thrown
      })
      await comesOut(thrown, ended)
      await answers(NAMES, 'nobody')
    },
  }),
  workCell({
    requirement: 'VF-WORK-003',
    id: 'savepoint',
    title: 'what is done before a savepoint stays when the savepoint is given up',
    pieces: ['transaction', 'savepoint', 'insert'],
    async run({ work, open, answers }) {
      const thrown = new ChangedMyMind('the inner one')
      await work.transaction(await open(), async (inside) => {
        await work.insert(inside, [ANNA])
        const given = work.savepoint(inside, async (deeper) => {
          await work.insert(deeper, [BERT])
          throw thrown
        })
        await comesOut(thrown, given)
      })
      await answers(NAMES, 'Anna')
    },
  }),
  workCell({
    requirement: 'VF-WORK-003',
    id: 'savepoint-kept',
    title: 'what is done inside a savepoint stays when it ends well',
    pieces: ['transaction', 'savepoint', 'insert'],
    async run({ work, open, answers }) {
      await work.transaction(await open(), async (inside) => {
        await work.insert(inside, [ANNA])
        await work.savepoint(inside, async (deeper) => void (await work.insert(deeper, [BERT])))
      })
      await answers(NAMES, 'Anna Bert')
    },
  }),
]

async function comesOut(thrown: Error, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error === thrown, `instead of the error of its body it ended with ${String(error)}`)
    return true
  })
}
