import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

const WIDTH = 100
const MARGIN = '  '
const colourful = process.stdout.isTTY === true && !process.env.NO_COLOR

/** Text in a style; plain text where stdout is no terminal. */
export function styled(style: Style, text: string): string {
  return colourful ? styleText(style, text) : text
}

/** A numbered heading. */
export function heading(text: string): void {
  console.log(`\n${styled('bold', text)}\n`)
}

/** A paragraph with a hanging indent below `first`. */
export function paragraph(text: string, first = '', style?: Style): void {
  const hanging = ' '.repeat(first.length)
  for (const [index, line] of wrapped(text, WIDTH - MARGIN.length - first.length).entries()) {
    console.log(`${MARGIN}${index === 0 ? first : hanging}${style ? styled(style, line) : line}`)
  }
}

/** Rows in aligned columns. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of rows) {
    console.log(`${MARGIN}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
  }
}

/** Prints the name of a step while `work` runs, then its duration. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  process.stdout.write(`${MARGIN}${what.padEnd(72, ' ')}`)
  const began = performance.now()
  try {
    const result = await work()
    console.log(styled('dim', duration(performance.now() - began)))
    return result
  } catch (error) {
    console.log(styled('red', 'failed'))
    throw error
  }
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = []
    for (const word of line.split(' ')) {
      const last = lines.at(-1)
      if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
      else lines.push(word)
    }
    return lines
  })
}
