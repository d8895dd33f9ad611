import { statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deadLinks, linksOf } from './links.ts'
import { PAGES, readPage, USER_PAGES } from './pages.ts'
import { ROOT } from './project.ts'

describe('links', () => {
  test.each(PAGES)('%s: links → lead to a file and a heading that exist', (page) => {
    expect(deadLinks(page, readPage(page))).toEqual([])
  })

  test.each([
    ['a page that does not exist', '[x](docs/nothing.md)', ['docs/nothing.md']],
    ['a heading that does not exist', '[x](docs/secrets.md#nothing)', ['docs/secrets.md#nothing']],
    ['a heading of the page itself that does not exist', '# One\n\n[x](#two)', ['#two']],
    ['a place outside the repository', '[x](../elsewhere.md)', ['../elsewhere.md']],
    ['code as the text', '[`x`](docs/nothing.md)', ['docs/nothing.md']],
    [
      'a heading, a page, a folder, the web',
      '# One\n\n[x](#one) [x](docs/secrets.md#rotation) [x](docs) [x](https://a.b)',
      [],
    ],
    ['code', '`[x](docs/nothing.md)`\n\n```ts\n[x](docs/nothing.md)\n```', []],
  ])('%s → reported as broken', (_what, markdown, dead) => {
    expect(deadLinks('README.md', markdown)).toEqual(dead)
  })

  test('docs/README.md: every page of docs → linked from it, decisions from their own list', () => {
    for (const [index, own] of [
      ['docs/README.md', (page: string) => !page.startsWith('docs/decisions/') || page.endsWith('/README.md')],
      ['docs/decisions/README.md', (page: string) => page.startsWith('docs/decisions/')],
    ] as const) {
      const linked = linksOf(readPage(index)).map((link) => posix.join(posix.dirname(index), link))
      const pages = PAGES.filter((page) => page.startsWith('docs/') && page !== index && own(page))
      expect(pages.length).toBeGreaterThan(0)
      expect(pages.filter((page) => !linked.includes(page))).toEqual([])
    }
  })
})

test('README.md: size → at most 8 KB', () => {
  expect(statSync(join(ROOT, 'README.md')).size).toBeLessThanOrEqual(8192)
})

test.each(USER_PAGES.filter((page) => page.startsWith('docs/')))(
  '%s: beginning → a title and the purpose of the page',
  (page) => {
    expect(readPage(page)).toMatch(/^# .+\n\nThis page [^\n]+/)
  },
)
