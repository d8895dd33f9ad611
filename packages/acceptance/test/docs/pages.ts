import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './project.ts'

/** Every Markdown page of the repository: its path, with `/`, from the root. */
export const PAGES: readonly string[] = [
  ...pagesIn('.'),
  ...pagesBelow('docs'),
  ...foldersIn('packages').flatMap(pagesIn),
  ...pagesIn('test-harness'),
  ...foldersIn('packages/acceptance/examples').flatMap(pagesIn),
]

/** Pages for users of the packages: their code is compiled and run. */
export const USER_PAGES = PAGES.filter(
  (page) => page === 'README.md' || /^(docs|packages\/[a-z]+|test-harness)\//.test(page),
).filter((page) => !/^docs\/(decisions\/|architecture\.md)/.test(page))

/** The text of a page. */
export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`))
}

function pagesBelow(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return [...pagesIn(folder), ...foldersIn(folder).flatMap(pagesBelow)]
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`)
}
