/** Parses `psql --csv` output: one object per row, keyed by the header, all values text. */
export function parseCsv(text: string): readonly Record<string, string>[] {
  const [header, ...rows] = [...lines(text)]
  if (header === undefined) return []
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])))
}

function* lines(text: string): Generator<string[]> {
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    if (row.length > 1 || row[0] !== '') yield row
    row = []
  }
}
