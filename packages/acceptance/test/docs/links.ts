import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readPage } from './pages.ts'
import { ROOT } from './project.ts'

/** Links of a Markdown text to other places of the repository, except those in code. */
export function linksOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].map(([, link = '']) => link)
}

/** The anchors of a Markdown text: one for each heading, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  return [...withoutFences(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  })
}

/** The broken links of a page: the file, folder or heading does not exist. */
export function deadLinks(page: string, markdown: string): string[] {
  return linksOf(markdown).filter((link) => {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? page : posix.join(posix.dirname(page), path)
    if (target.startsWith('../') || !existsSync(join(ROOT, target))) return true
    if (anchor === undefined) return false
    return !target.endsWith('.md') || !anchorsOf(target === page ? markdown : readPage(target)).includes(anchor)
  })
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '')
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replaceAll(/`[^`\n]+`(?!\]\()/g, '')
}
