import { printable } from '../text/printable.ts'
import type { Sourced } from '../text/sourced.ts'

/** The only encoding that Node's drivers read and write. */
export const UTF8 = 'UTF8'

/**
 * Returns the fault of a client encoding other than UTF8, with which the driver would corrupt text silently. `auto`
 * (libpq: that of the locale) means UTF8 here.
 *
 * @param name The parameter that names it: `client_encoding`, or `options` with `-c client_encoding=…` in it.
 */
export function encodingProblem(name: 'client_encoding' | 'options', { value, source }: Sourced): string | undefined {
  const encodings =
    name === 'client_encoding'
      ? [value]
      : [...value.matchAll(/(?:-c\s*|--)client[_-]encoding\s*=\s*([^\s\\]+)/gi)].map(([, encoding = '']) => encoding)
  const other = encodings.find(
    (encoding) => !/^(utf8|unicode|auto)$/.test(encoding.toLowerCase().replace(/[^a-z0-9]/g, '')),
  )
  if (other === undefined) return undefined
  const what = `client_encoding=${printable(other, 60)}${name === 'options' ? ' in options' : ''}`
  return `${what} (from ${source}) would corrupt text: the driver reads and writes UTF8 alone; remove it, PostgreSQL converts`
}
