import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { installedBrowsers } from '../report/browser.ts'
import { Reader, sideways, violations } from '../report/reader.ts'

describe.for(await installedBrowsers())('faults of the page in %s', (executablePath) => {
  let reader: Reader
  beforeAll(async () => {
    reader = await Reader.start(executablePath)
  })
  afterEach(() => reader.closePages())
  afterAll(() => reader?.stop())

  test('faults: closed → outcomes and skipped ones; opened → figures, errors and the course', async () => {
    const page = await reader.open('', {}, 'faults')
    const faults = page.locator('details.kind')
    expect(await page.getByText('disk-full was not given; it takes root').count()).toBe(1)
    expect(await faults.locator('summary .outcomes').allInnerTexts()).toEqual([
      expect.stringMatching(/✓ nothing to complain about/),
      expect.stringMatching(/✓ good client\s+✗ poor client/),
    ])
    await faults.nth(1).locator('> summary').click()
    await faults.nth(1).locator('.time-line').last().waitFor()
    expect(await faults.nth(1).locator('.errors').allInnerTexts()).toEqual(['1 × ECONNRESET read\n4 × 57P01 ended'])
    const lost = faults.nth(1).locator('.time-line path.lost')
    expect(await lost.evaluateAll((all) => all.map((one) => one.getAttribute('d')))).toEqual([
      '',
      expect.stringMatching(/^M1 /),
    ])
    await faults.nth(1).locator('details.by-second > summary').nth(1).click()
    expect(await faults.nth(1).locator('details.by-second').nth(1).getByRole('row').nth(1).textContent()).toMatch(
      /the primary crashes for 140 ms, 3 × verifull:credentials refused/,
    )
    expect(reader.complaints).toEqual([])
  })

  test('soak: opened → its faults in order, and the growth of each client', async () => {
    const page = await reader.open('', {}, 'faults')
    const soak = page.locator('details.kind').first()
    await soak.locator('> summary').click()
    await soak.locator('.time-line').waitFor()
    expect(await soak.getByRole('listitem').allInnerTexts()).toEqual(['5.1 s: crash for 1.3 s, 5 failed'])
    expect(await soak.getByRole('row', { name: 'good client' }).textContent()).toMatch(
      /20\.0 → 20\.0\s*17 → 17\s*5 → 5/,
    )
    expect(reader.complaints).toEqual([])
  })

  test.for(['light', 'dark'] as const)('%s scheme → accessible, and fits a phone', async (colorScheme) => {
    const page = await reader.open('', { colorScheme, viewport: { width: 360, height: 740 } }, 'faults')
    for (const summary of await page.locator('details.kind > summary').all()) await summary.click()
    await page.locator('details.by-second > summary').first().click()
    expect(await sideways(page)).toBe(false)
    expect(await violations(page)).toEqual([])
  })
})
