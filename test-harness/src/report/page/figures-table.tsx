import type { FiguresColumn } from '../figures-text.ts'

interface FiguresTableProperties<Row extends { readonly client: string }> {
  /** Caption for screen readers. */
  readonly caption: string
  readonly rows: readonly Row[]
  readonly columns: readonly Pick<FiguresColumn<Row>, 'head' | 'of'>[]
}

/** A table with a row per client, which becomes a list on a narrow screen. */
export function FiguresTable<Row extends { readonly client: string }>({
  caption,
  rows,
  columns,
}: FiguresTableProperties<Row>) {
  return (
    <table class="figures">
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Client</th>
          {columns.map(({ head }) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.client}>
            <th scope="row">{row.client}</th>
            {columns.map(({ head, of }) => (
              <td key={head} data-label={head}>
                {of(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
