import Table from 'cli-table3'

/** A column of figures. */
export interface FiguresColumn<Row> {
  /** Its head. */
  readonly head: string
  /** The text of a cell. */
  readonly of: (row: Row) => string
  /** Its width in a terminal, with the space after it; absent for one that only the page has. */
  readonly width?: number
}

/** Width of the first column, in which the client is named. */
const CLIENT = 23
/** No lines: 80 columns are few. */
const LINES = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
] as const
const SIDES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'] as const

/** A row per client, in at most 80 columns if the widths add up to 57. */
export function figuresText<Row extends { readonly client: string }>(
  rows: readonly Row[],
  columns: readonly FiguresColumn<Row>[],
): string {
  const shown = columns.filter(({ width }) => width !== undefined)
  const table = new Table({
    head: ['client', ...shown.map(({ head }) => head)],
    colWidths: [CLIENT, ...shown.map(({ width = 0 }) => width)],
    chars: Object.fromEntries([...LINES, ...SIDES].map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    wordWrap: true,
  })
  for (const row of rows) table.push([row.client, ...shown.map(({ of }) => of(row))])
  return table.toString().replaceAll(/ +$/gm, '')
}
