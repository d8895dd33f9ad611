import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { installedBrowsers } from './browser.ts'
import { NEWEST, OLDEST } from './pages.ts'
import { focused, Reader, sideways, violations } from './reader.ts'

describe.for(await installedBrowsers())('page in %s', (executablePath) => {
  let reader: Reader
  beforeAll(async () => {
    reader = await Reader.start(executablePath)
  })
  afterEach(() => reader.closePages())
  afterAll(() => reader?.stop())

  test('everything opened → no request and no error', async () => {
    const page = await reader.open()
    await page.getByRole('link', { name: '1 weaker, 1 equal: VF-MODE-001, poor client' }).click()
    await page.locator('summary', { hasText: 'another CA' }).click()
    await page.getByRole('link', { name: 'In every client' }).click()
    await page.getByRole('link', { name: 'VF-MODE-001', exact: true }).click()
    expect(reader.complaints).toEqual([])
  })

  test('grid → a row per requirement, a column per run, and libpq’s', async () => {
    const page = await reader.open()
    expect(await page.getByRole('grid').getByRole('columnheader').allInnerTexts()).toEqual([
      'Requirement',
      'libpq',
      'good client',
      'poor client',
      '18.4, embedded (npm)',
      '18.4, embedded (npm)',
      '15.18, embedded (npm)',
    ])
    const row = page.getByRole('row', { name: 'VF-MODE-004' })
    expect(await row.getByRole('gridcell').allInnerTexts()).toEqual(
      ['1 refused', '= 1 equal', '▼ 1 weaker', '▼ 1 weaker'].map((text) =>
        expect.stringMatching(text.replace(' ', '\\s*')),
      ),
    )
  })

  test('keyboard alone → to a cell by arrow keys, into its trace, and back', async () => {
    const page = await reader.open()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('link "Skip to the requirements"')
    await page.keyboard.press('Enter')
    await page.getByRole('searchbox').focus()
    for (let stops = 0; !(await focused(page)).includes('VF-MODE-001') && stops < 20; stops++)
      await page.keyboard.press('Tab')
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowUp']) await page.keyboard.press(key)
    const cell = `link "1 weaker, 1 equal: VF-MODE-001, poor client on ${NEWEST}"`
    expect(await focused(page)).toBe(cell)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    expect(await focused(page)).toMatch(/^heading "Each sslmode makes its own attempts/)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.getByRole('list', { name: 'What happened' }).getByRole('listitem').allInnerTexts()).toEqual(
      [
        'suite PostgreSQL 18.4, role scram_user',
        'client connection 1: SSLRequest ClientHello',
        'server log: scram-sha-256, authorized as scram_user on app, TLSv1.3',
      ].map((text) => expect.stringMatching(text.replace(/^(\w+) /, '$1\\s+'))),
    )
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(await focused(page)).toBe(cell)
    await page.keyboard.press('Control+End')
    expect(await focused(page)).toBe(`link "1 weaker: VF-MODE-004, poor client on ${OLDEST}"`)
    await page.keyboard.press('Home')
    expect(await focused(page)).toMatch(/^link "VF-MODE-004/)
  })

  test('filters → by verdict, by words and by client', async () => {
    const page = await reader.open()
    const shown = page.getByRole('status')
    expect(await shown.textContent()).toBe('8 results in 2 requirements.')
    await page.getByRole('button', { name: 'weaker' }).click()
    expect(await shown.textContent()).toBe('3 results in 2 requirements.')
    await page.getByRole('searchbox').fill('another ca prefer')
    expect(await shown.textContent()).toBe('1 result in 1 requirement.')
    await page.getByRole('link', { name: '1 weaker: VF-MODE-001, poor client' }).click()
    const panel = page.getByRole('dialog')
    await expect.poll(() => panel.locator('summary').count()).toBe(1)
    await panel.getByRole('button', { name: 'Show everything' }).click()
    await expect.poll(() => panel.locator('summary').count()).toBe(2)
    await panel.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('combobox', { name: 'Client' }).selectOption('good client')
    expect(await shown.textContent()).toBe('3 results in 2 requirements.')
    await page.getByRole('searchbox').fill('no such thing')
    expect(await shown.textContent()).toBe('Nothing fits.')
  })

  test('address → opens its place; every place → has an address', async () => {
    const page = await reader.open('#VF-MODE-001/wrong/prefer')
    const panel = page.getByRole('dialog')
    expect(await panel.locator('summary .heading').allInnerTexts()).toEqual([
      `good client on ${NEWEST}`,
      `poor client on ${NEWEST}`,
    ])
    expect(await panel.locator('details[open]').count()).toBe(0)
    await panel.locator('summary').first().click()
    await panel.getByRole('link', { name: 'Link to this result' }).click()
    const address = page.url()
    expect(address).toMatch(/#VF-MODE-001\/wrong\/prefer@good-client,postgresql-18-4-embedded-npm$/)
    const again = await reader.open(new URL(address).hash)
    expect(await again.locator('details[open] > summary .heading').allInnerTexts()).toEqual([
      `good client on ${NEWEST}`,
    ])
    expect(await again.locator('details[open] .because').textContent()).toContain(
      'a man in the middle would be rewarded with plaintext',
    )
    await again.keyboard.press('Escape')
    await expect.poll(() => again.url()).toMatch(/#$/)
  })

  test('an address of an unknown place → a message', async () => {
    const page = await reader.open('#VF-NONE-001/nothing')
    expect(await page.getByRole('dialog').textContent()).toContain('This report has no cell VF-NONE-001/nothing.')
  })

  test('hostile text → shown as text', async () => {
    const page = await reader.open(`#VF-MODE-004/good/require@poor-client,postgresql-18-4-embedded-npm`)
    expect(await page.locator('details[open] .message').textContent()).toContain(
      '</script><script>globalThis.broken = 1</script><img src=x',
    )
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(reader.complaints).toEqual([])
  })

  test('telephone → fits, closed and open', async () => {
    const page = await reader.open('', { viewport: { width: 360, height: 740 } })
    expect(await sideways(page)).toBe(false)
    await page.getByRole('link', { name: '1 weaker, 1 equal: VF-MODE-001, poor client' }).click()
    await page.locator('details summary', { hasText: 'another CA' }).click()
    expect(await sideways(page)).toBe(false)
  })

  test.for([
    { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'light', viewport: { width: 360, height: 740 } },
    { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
  ] as const)('leaves axe nothing to find, $colorScheme, $viewport.width px', async (options) => {
    const page = await reader.open('', options)
    await page.getByRole('button', { name: 'weaker' }).click()
    await page.getByText('What the verdicts mean').click()
    expect(await violations(page)).toEqual([])
    const opened = await reader.open('#VF-MODE-001/wrong/prefer@good-client,postgresql-18-4-embedded-npm', options)
    expect(await violations(opened)).toEqual([])
  })

  test('print → the grid without controls', async () => {
    const page = await reader.open()
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('searchbox').isVisible()).toBe(false)
    expect(await page.getByRole('grid').isVisible()).toBe(true)
  })

  test('ten adapters on two servers → opens, filters and responds', async () => {
    const page = await reader.open('', {}, 'large')
    expect(await page.getByRole('grid').getByRole('link').count()).toBeGreaterThan(29 * 20)
    await page.getByRole('searchbox').fill('revoked')
    await expect.poll(() => page.getByRole('grid').getByRole('rowheader').count()).toBeLessThan(29)
    expect(await violations(page)).toEqual([])
    expect(reader.complaints).toEqual([])
  })
})
