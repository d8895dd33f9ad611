import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { installedBrowsers } from '../report/browser.ts'
import { focused, Reader, sideways, violations } from '../report/reader.ts'

const TITLE = 'AWS single user, window of 50 ms'

describe.for(await installedBrowsers())('rehearsals of the page in %s', (executablePath) => {
  let reader: Reader
  beforeAll(async () => {
    reader = await Reader.start(executablePath)
  })
  afterEach(() => reader.closePages())
  afterAll(() => reader?.stop())

  test('closed → the failures are shown; keyboard → opened', async () => {
    const page = await reader.open('', {}, 'rehearsals')
    const kind = page.locator('details.kind')
    expect(await kind.locator('summary .outcomes').allInnerTexts()).toEqual([
      expect.stringMatching(/✓ good client: 0 failed\s+✗ poor client: 14 failed/),
    ])
    await kind.locator('> summary').focus()
    expect(await focused(page)).toContain(TITLE)
    await page.keyboard.press('Enter')
    await kind.locator('details > summary').first().waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const rows = page.getByRole('table').filter({ hasText: 'what happened' }).getByRole('row')
    await expect
      .poll(() => rows.allInnerTexts())
      .toEqual(
        [
          'Second done failed longest wait new sessions old sessions what happened'.split(
            / (?=done|failed|long|new|old|what)/,
          ),
          ['0', '32', '0', '40 ms', '0', '5', 'rotation, window for 50 ms'],
          ['1', '32', '0', '40 ms', '5', '0', '–'],
        ].map((cells) => cells.join('\t')),
      )
    expect(reader.complaints).toEqual([])
  })

  test('plots → one scale, failures below the line', async () => {
    const page = await reader.open('', {}, 'rehearsals')
    await page.locator('details.kind > summary').click()
    const drawn = (name: string) =>
      page.locator(`.time-line path.${name}`).evaluateAll((all) => all.map((one) => one.getAttribute('d')))
    expect(await drawn('lost')).toEqual(['', 'M3 100V50h1V100z'])
    expect((await drawn('done'))[0]).toMatch(/^M0 50V21.43h1V50z/)
    expect(await page.locator('.time-line .errors').allInnerTexts()).toEqual([
      '14 × 28P01 password authentication failed for user "…"',
    ])
  })

  test.for(['light', 'dark'] as const)('%s scheme → accessible, and fits a phone', async (colorScheme) => {
    const page = await reader.open('', { colorScheme, viewport: { width: 360, height: 740 } }, 'rehearsals')
    await page.locator('details.kind > summary').click()
    await page.locator('details.by-second > summary').first().click()
    expect(await sideways(page)).toBe(false)
    expect(await violations(page)).toEqual([])
  })
})
