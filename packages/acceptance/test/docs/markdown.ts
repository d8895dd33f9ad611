/** A fenced block of a Markdown text. */
export interface Block {
  /** The first word after the fence. */
  readonly language: string
  /** The words after it, such as `no-run`. */
  readonly words: readonly string[]
  readonly code: string
  /** The line of the fence, from 1. */
  readonly line: number
  /** The heading it stands below. */
  readonly heading: string
}

/** The fenced blocks of a Markdown text, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let heading = ''
  let open: { language: string; words: string[]; line: number; lines: string[] } | undefined
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(text)?.[1]
    if (open && fence === '') {
      const { lines, ...block } = open
      blocks.push({ ...block, code: lines.join('\n'), heading })
      open = undefined
    } else if (open) {
      open.lines.push(text)
    } else if (fence !== undefined) {
      const [language = '', ...words] = fence.trim().split(/\s+/)
      open = { language, words, line: index + 1, lines: [] }
    } else {
      heading = /^#+ (.*)$/.exec(text)?.[1] ?? heading
    }
  }
  return blocks
}

const MARKS = /<!-- ((?:table of|example) [^>]+) -->\n[\s\S]*?<!-- end of \1 -->/g

/** The names of the places for generated parts: `<!-- name -->` … `<!-- end of name -->`. */
export function marksOf(markdown: string): string[] {
  return [...markdown.matchAll(MARKS)].map(([, name = '']) => name)
}

/** Puts each part between the marks of its name. */
export function filled(markdown: string, parts: ReadonlyMap<string, string>): string {
  return markdown.replaceAll(MARKS, (_text, name: string) => {
    const part = parts.get(name)
    if (part === undefined) throw new Error(`no part is named "${name}"`)
    return `<!-- ${name} -->\n${part}\n<!-- end of ${name} -->`
  })
}

/** A Markdown table; the first row is its head. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  return [head, head.map(() => '---'), ...body]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}
