import { expect, test } from 'vitest'
import { pageOf } from '../../src/top/page.ts'
import { pictureOf } from '../../src/top/picture-of.ts'
import { VIEW } from './view.ts'

test('top --html: every table, nothing that is loaded, no script', () => {
  const page = pageOf(pictureOf(VIEW, undefined, 'name'))
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-`)
  for (const title of ['Pools', 'Servers', 'Secrets', 'Certificates', 'Latest events']) {
    expect(page).toContain(`<h2>${title}</h2>`)
  }
  expect(page).toContain('<th scope="row" class="long">db.<wbr>example<wbr>:5432/<wbr>orders</th>')
  expect(page).toContain('<td data-label="waiting" class="number bad">5</td>')
  expect(page).not.toMatch(/<script|https?:|url\(/)
  expect(page).toContain('prefers-color-scheme:dark')
})

test('top --html: markup in names → text', () => {
  const [pool] = VIEW.stats.pools
  if (!pool) throw new Error('no pool')
  const name = `"><script>alert(1)</script>&'`
  const stats = { ...VIEW.stats, pools: [{ ...pool, name }] }
  const page = pageOf(pictureOf({ ...VIEW, stats, process: { ...VIEW.process, name } }, undefined, 'name'))
  expect(page).not.toContain('<script')
  expect(page).toContain("&#34;&#62;&#60;script&#62;alert(1)&#60;/<wbr>script&#62;&#38;'")
})
