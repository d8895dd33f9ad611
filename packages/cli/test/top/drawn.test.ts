import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Style } from '../../src/report/style.ts'
import { drawn } from '../../src/top/drawn.ts'
import { duration } from '../../src/top/duration.ts'
import { pictureOf } from '../../src/top/picture-of.ts'
import { ORDERS } from '../../src/top/pools.ts'
import { cutMiddle, widthOf } from '../../src/top/text-width.ts'
import { VIEW } from './view.ts'

const lines = (columns: number, { view = VIEW, before = undefined as typeof VIEW | undefined, colour = false } = {}) =>
  drawn(pictureOf(view, before, 'name'), new Style({ columns, colour }))

test('top: 80 columns → every table with its key numbers', () => {
  const text = lines(80).join('\n')
  expect(text).toContain('orders  process 4711 · up 2 h 3 min · ')
  expect(text).toMatch(/^db\.example:5432\/orders +10\/10 +█{10} +0 +5 +7 s +2$/m)
  expect(text).toMatch(/^a-rather-long-\S*…\S*:5432\/orders +3\/10 /m)
  expect(text).toMatch(/^db\.example:5432 +up +primary +10 +TLSv1\.3 +full$/m)
  expect(text).toMatch(/^db-2\.example:5432 +down, ECONNREFUSED +standby +0 /m)
  expect(text).toMatch(/^old\.example:5432 +up +read-only +4, 4 plain +none +none$/m)
  expect(text).toMatch(/^DB_PASSWORD_FILE +v7 +no\. 3 +1 min 1 s +- +stale, CREDENTIALS$/m)
  expect(text).toMatch(/^client +app +Orders CA .*2026-12-02 +3$/m)
  expect(text.indexOf('lent nothing within 5 s')).toBeLessThan(text.indexOf('secret fetched'))
})

test.each([20, 24, 40, 60, 80, 81, 100, 120, 200])('top: %d columns → no line is wider, coloured or not', (columns) => {
  for (const colour of [false, true]) {
    const widths = lines(columns, { colour }).map((line) => widthOf(stripVTControlCharacters(line)))
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns)
  }
})

test('top: wide characters → columns stay in line', () => {
  const starts = lines(100)
    .filter((line) => /\d\/10/.test(line))
    .map((line) => widthOf(line.slice(0, line.search(/\/10/))))
  expect(new Set(starts).size).toBe(1)
})

test('top: no pool, server, secret or certificate → a word for each instead of an empty table', () => {
  const stats = { at: VIEW.stats.at, pools: [], endpoints: [], credentials: [], certificates: [] }
  const text = lines(80, { view: { ...VIEW, stats, events: [] } }).join('\n')
  expect(text).toContain('Pools  no pool is open')
  expect(text).toContain('Servers  no server was dialed yet')
  expect(text).toContain('Latest events  none')
})

test('top: two views → checkouts per second of each pool that is in both', () => {
  const [first, ...others] = VIEW.stats.pools
  if (!first) throw new Error('no pool')
  const earlier = { ...first, totals: { ...first.totals, checkouts: 400 } }
  const stats = { ...VIEW.stats, at: '2026-11-28T11:59:58.000Z', pools: [earlier] }
  const text = lines(200, { before: { ...VIEW, stats } }).join('\n')
  expect(text).toMatch(/^db\.example:5432\/orders .* 5 +300 +7 s/m)
  expect(others).toHaveLength(2)
  expect(text).toMatch(/#2 .* 0 +- +7 s/m)
})

test.each([
  ['name', ['a-rather', 'db.exam', '数据库']],
  ['use', ['db.exam', '数据库', 'a-rather']],
  ['waiting', ['db.exam', 'a-rather', '数据库']],
] as const)('top: sorted by %s → %j', (order, names) => {
  expect(ORDERS).toContain(order)
  const [pools] = pictureOf(VIEW, undefined, order).sections
  expect(pools?.rows.map(([first]) => names.find((name) => first?.text.startsWith(name)))).toEqual(names)
})

test('top: controls in names of another process → visible escapes', () => {
  const [pool] = VIEW.stats.pools
  if (!pool) throw new Error('no pool')
  const stats = { ...VIEW.stats, pools: [{ ...pool, name: 'db\x1b]0;owned\x07\u202e' }] }
  const text = lines(200, { view: { ...VIEW, stats, process: { ...VIEW.process, name: 'a\nb' } } }).join('\n')
  expect(text).toContain('db\\x1b]0;owned\\x07\\u{202e}')
  expect(text).toContain('a\\x0ab')
  expect(text).not.toContain('\x1b')
})

describe('cutMiddle', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'ab…ef'],
    ['abcdef', 4, 'ab…f'],
    ['abcdef', 1, '…'],
    ['数据库', 5, '数…库'],
    ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 5, '👨‍👩‍👧‍👦…👨‍👩‍👧‍👦'],
  ])('%s in %d columns → %s', (text, columns, cut) => {
    expect(cutMiddle(text, columns)).toBe(cut)
  })

  test('any text → never wider than asked', () => {
    const anyText = fc.string({ unit: 'grapheme', maxLength: 40 })
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 1, max: 30 }),
        (text, columns) => widthOf(cutMiddle(text, columns)) <= columns,
      ),
    )
  })
})

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1000, '1 s'],
  [59_900, '1 min'],
  [61_000, '1 min 1 s'],
  [7_380_000, '2 h 3 min'],
  [7_205_000, '2 h'],
  [200_000_000, '2 d 7 h'],
])('duration: %d ms → %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})
