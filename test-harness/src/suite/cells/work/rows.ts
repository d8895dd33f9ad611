import assert from 'node:assert/strict'
import type { Author } from '../../work.ts'
import { type WorkCell, workCell } from '../../work-cell.ts'

const MANY = 10_000
const FILL = `insert into item select g, 'item ' || g from generate_series(1, ${MANY}) g`

const TOLSTOY: Author = { name: 'Tolstoy', books: [{ title: 'Anna Karenina' }, { title: 'War and Peace' }] }
const SAPPHO: Author = { name: 'Sappho', books: [] }

/** Bulk inserts, streams, and relations. */
export const ROW_CELLS: readonly WorkCell[] = [
  workCell({
    requirement: 'VF-WORK-004',
    id: 'bulk-insert',
    title: `${MANY} rows go in`,
    pieces: ['insert'],
    async run({ work, open, answers }) {
      const items = Array.from({ length: MANY }, (_, at) => ({ id: at + 1, name: `item ${at + 1}` }))
      await work.insert(await open(), items)
      await answers("select count(distinct name) || ' rows up to ' || max(id) from item", `${MANY} rows up to ${MANY}`)
    },
  }),
  workCell({
    requirement: 'VF-WORK-005',
    id: 'stream',
    title: `${MANY} rows come out one by one`,
    pieces: ['stream'],
    async run({ work, open, sql }) {
      await sql(FILL)
      const ids = new Set<number>()
      for await (const { id } of await work.stream(await open())) ids.add(id)
      assert.deepEqual([ids.size, Math.max(...ids)], [MANY, MANY])
    },
  }),
  workCell({
    requirement: 'VF-WORK-005',
    id: 'broken-off',
    title: 'a stream that is left early leaves the connection usable',
    pieces: ['stream', 'query'],
    async run({ work, open, sql }) {
      await sql(FILL)
      const handle = await open()
      let seen = 0
      for await (const _ of await work.stream(handle)) {
        seen += 1
        if (seen === 10) break
      }
      assert.equal(await firstOf(work.query(handle, 'select count(*)::text from item')), String(MANY))
    },
  }),
  workCell({
    requirement: 'VF-WORK-007',
    id: 'relations',
    title: 'authors are saved with their books, and read back with them',
    pieces: ['relations'],
    async run({ work, open, answers }) {
      const handle = await open()
      await work.relations(handle, TOLSTOY)
      const authors = await work.relations(handle, SAPPHO)
      const read = authors.map(({ name, books }) => `${name}: ${titles(books)}`).sort()
      assert.deepEqual(read, ['Sappho: ', 'Tolstoy: Anna Karenina, War and Peace'])
      await answers(
        "select string_agg(title, ', ' order by title) from book join author on author.id = author_id where name = 'Tolstoy'",
        titles(TOLSTOY.books),
      )
    },
  }),
]

function titles(books: Author['books']): string {
  return books
    .map(({ title }) => title)
    .sort()
    .join(', ')
}

/** The first column of the first row, as text. */
async function firstOf(rows: Promise<readonly Readonly<Record<string, unknown>>[]>): Promise<string> {
  return String(Object.values((await rows)[0] ?? {})[0])
}
