/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { source as axe } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { pages } from './pages.ts'

/** A reader of the pages in a browser. */
export class Reader {
  /** Network requests of the pages, and errors in their console. */
  readonly complaints: string[] = []
  readonly #browser: Browser
  readonly #folder: string

  static async start(executablePath: string): Promise<Reader> {
    const folder = await mkdtemp(join(tmpdir(), 'verifull-report-'))
    for (const [name, html] of Object.entries(pages)) await writeFile(join(folder, `${name}.html`), html)
    return new Reader(await chromium.launch({ executablePath }), folder)
  }

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser
    this.#folder = folder
  }

  async open(fragment = '', options: BrowserContextOptions = {}, name: keyof typeof pages = 'small'): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
    page.setDefaultTimeout(10_000)
    const url = pathToFileURL(join(this.#folder, `${name}.html`)).href
    page.on('request', (request) => request.url() !== url && this.complaints.push(`asks for ${request.url()}`))
    page.on('console', (message) => this.complaints.push(message.text()))
    page.on('pageerror', ({ message }) => this.complaints.push(message))
    await page.goto(`${url}${fragment}`)
    await page.getByRole('grid').or(page.getByRole('dialog')).first().waitFor()
    return page
  }

  async closePages(): Promise<void> {
    this.complaints.length = 0
    await Promise.all(this.#browser.contexts().map((context) => context.close()))
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Accessible role and name of the focused element: `link "Close"`. */
export async function focused(page: Page): Promise<string> {
  const [line = ''] = (await page.locator(':focus').ariaSnapshot()).split('\n')
  return line.replace(/^- '?/, '').replace(/:?'?:?$/, '')
}

/** True if the page or its panel scrolls horizontally. */
export function sideways(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const elements = [document.documentElement, ...document.querySelectorAll('dialog')]
    return elements.some(({ scrollWidth }) => scrollWidth > innerWidth)
  })
}

/** Violations of accessibility rules, by axe. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
  })
}
