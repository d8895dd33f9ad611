interface BySecondProperties<Step, Mark> {
  readonly client: string
  readonly timeLine: { readonly stepMs: number; readonly steps: readonly Step[]; readonly marks: readonly Mark[] }
  /** Heads of the cells. */
  readonly heads: readonly string[]
  /** The cells of a second, from its steps and the marks that begin in it. */
  readonly cells: (steps: readonly Step[], marks: readonly Mark[]) => readonly (number | string)[]
}

/** A plot as a table by second, for screen readers. */
export function BySecond<Step, Mark extends { readonly fromMs: number }>({
  client,
  timeLine: { stepMs, steps, marks },
  heads,
  cells,
}: BySecondProperties<Step, Mark>) {
  const inSecond = Math.round(1000 / stepMs)
  const seconds = Array.from({ length: Math.ceil(steps.length / inSecond) }, (_, second) => ({
    second,
    row: cells(
      steps.slice(second * inSecond, (second + 1) * inSecond),
      marks.filter(({ fromMs }) => Math.floor(fromMs / 1000) === second),
    ),
  }))
  return (
    <details class="by-second">
      <summary>{client} second by second</summary>
      <table class="figures">
        <thead>
          <tr>
            {['Second', ...heads].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seconds.map(({ second, row }) => (
            <tr key={second}>
              <th scope="row">{second}</th>
              {row.map((cell, at) => (
                <td key={heads[at]} data-label={heads[at]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
