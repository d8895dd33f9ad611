import type { Style } from '../report/style.ts'
import type { Cell, Column, Picture, Section, Tone } from './picture.ts'
import { cutEnd, cutMiddle, widthOf } from './text-width.ts'

const GAP = '  '

/** The picture as lines of text, none wider than the terminal. */
export function drawn({ name, facts, sections }: Picture, style: Style): readonly string[] {
  const shown = cutMiddle(name, style.columns)
  const rest = fitting(facts, style.columns - widthOf(shown) - GAP.length)
  return [
    `${style.strong(shown)}${GAP}${style.faint(rest)}`.trimEnd(),
    ...sections.flatMap((section) => ['', ...sectionLines(section, style)]),
  ]
}

/** As many facts as fit. */
function fitting(facts: readonly string[], columns: number): string {
  for (let count = facts.length; count > 0; count--) {
    const text = facts.slice(0, count).join(' · ')
    if (widthOf(text) <= columns) return text
  }
  return ''
}

function sectionLines({ title, columns, rows, none }: Section, style: Style): readonly string[] {
  if (rows.length === 0) return [`${style.strong(title)}  ${style.faint(none)}`]
  const natural = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[index]?.text ?? ''))),
  )
  const widths = fitted(columns, natural, style.columns)
  const line = (cells: readonly Cell[]) =>
    columns
      .flatMap((column, index) => {
        const width = widths[index]
        return width === undefined ? [] : [padded(cells[index], column, width, style)]
      })
      .join(GAP)
      .trimEnd()
  return [
    style.strong(title),
    line(columns.map((column) => ({ text: column.title, tone: 'faint' }))),
    ...rows.map(line),
  ]
}

/**
 * Widths of the columns in a terminal; undefined for one that is left out. Texts are cut first, down to their least width;
 * then columns are left out; then what stays is cut to equal parts.
 */
function fitted(
  columns: readonly Column[],
  natural: readonly number[],
  total: number,
): readonly (number | undefined)[] {
  const left = [...columns].sort((one, other) => (other.spare ?? 0) - (one.spare ?? 0)).filter(({ spare }) => spare)
  const gone = new Set<Column>()
  const least = (column: Column, index: number) =>
    Math.min(natural[index] ?? 0, column.least ?? Number.POSITIVE_INFINITY)
  const needed = () =>
    columns.reduce((sum, column, index) => (gone.has(column) ? sum : sum + least(column, index) + GAP.length), 0) -
    GAP.length
  for (const column of left) if (needed() > total) gone.add(column)
  let free = total - needed()
  const widths = columns.map((column, index) => (gone.has(column) ? undefined : least(column, index)))
  for (const [index, column] of columns.entries()) {
    const width = widths[index]
    if (width === undefined || column.least === undefined || free <= 0) continue
    const more = Math.min(free, (natural[index] ?? 0) - width)
    widths[index] = width + more
    free -= more
  }
  return free < 0 ? shrunk(widths, total) : widths
}

/** Cuts the widest column until the row fits. */
function shrunk(widths: readonly (number | undefined)[], total: number): readonly (number | undefined)[] {
  const cut = [...widths]
  const sum = () =>
    cut.reduce<number>((all, width) => (width === undefined ? all : all + width + GAP.length), -GAP.length)
  while (sum() > total) {
    const widest = Math.max(...cut.map((width) => width ?? 0))
    if (widest <= 1) break
    cut[cut.indexOf(widest)] = widest - 1
  }
  return cut
}

function padded(cell: Cell | undefined, { align, isSentence }: Column, width: number, style: Style): string {
  const text = (isSentence ? cutEnd : cutMiddle)(cell?.text ?? '', width)
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  const painted = paint(text, cell?.tone, style)
  return align === 'right' ? `${space}${painted}` : `${painted}${space}`
}

function paint(text: string, tone: Tone | undefined, style: Style): string {
  return tone === undefined ? text : style[tone](text)
}
