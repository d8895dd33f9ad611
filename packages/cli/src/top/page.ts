import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markup } from '../report/markup.ts'
import type { Cell, Column, Picture, Section } from './picture.ts'

/** The picture as one HTML page that loads nothing and runs no script. */
export function pageOf({ name, facts, sections }: Picture): string {
  const style = readFileSync(join(__dirname, '../../dist/top/page.css'), 'utf8').trim()
  const policy = [
    `default-src 'none'`,
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${markup(name)}: PostgreSQL connections</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header class="top">
<h1>${markup(name)}</h1>
<p>PostgreSQL connections · ${facts.map(markup).join(' · ')}</p>
</header>
<main class="tables">
${sections.map(sectionMarkup).join('\n')}
</main>
</body>
</html>
`
}

function sectionMarkup({ title, columns, rows, none }: Section): string {
  const heading = `<h2>${markup(title)}</h2>`
  if (rows.length === 0) return `<section>${heading}<p class="none">${markup(none)}</p></section>`
  const head = columns.map(({ title, align }) => `<th scope="col"${classes(align && 'number')}>${markup(title)}</th>`)
  const body = rows.map(
    (row) => `<tr>${columns.map((column, index) => cellMarkup(row[index], column, index)).join('')}</tr>`,
  )
  return `<section>${heading}<div class="scroll"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div></section>`
}

/** Places at which a long name may go on in the next line: not inside a port. */
const PLACES = /[.,/](?=\S)|(?=:\d)/g

function cellMarkup(cell: Cell | undefined, { title, align, least }: Column, index: number): string {
  const escaped = markup(cell?.text ?? '')
  const text = least ? escaped.replace(PLACES, '$&<wbr>') : escaped
  const attributes = classes(align && 'number', least && 'long', cell?.tone)
  if (index === 0) return `<th scope="row"${attributes}>${text}</th>`
  // A bar, which says nothing to a reader that the number beside it does not.
  if (title === '') return `<td aria-hidden="true"${classes('bar', cell?.tone)}>${text}</td>`
  return `<td data-label="${markup(title)}"${attributes}>${text}</td>`
}

function classes(...names: readonly (string | 0 | undefined)[]): string {
  const given = names.filter((name) => name)
  return given.length === 0 ? '' : ` class="${given.join(' ')}"`
}
