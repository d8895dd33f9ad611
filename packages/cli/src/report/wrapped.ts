import { createRequire } from 'node:module'

/**
 * Lines of `text`, none wider than `columns` except for single words. Colour codes have no width, and wide characters have
 * two columns; the library that knows them is loaded for a text that has any.
 */
export function wrapped(text: string, columns: number): readonly string[] {
  if (!/^[\x20-\x7e]*$/.test(text)) {
    const library: typeof import('wrap-ansi') = createRequire(__filename)('wrap-ansi')
    return library.default(text, columns, { wordWrap: true }).split('\n')
  }
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '') line += ' '
    if (line !== '' && word !== '' && line.length + word.length > columns) {
      lines.push(line)
      line = ''
    }
    line += word
  }
  return [...lines, line].map((one) => one.trimEnd())
}
