import { styleText } from 'node:util'
import { wrapped } from './wrapped.ts'

/** Text for one terminal: its width and its colours. */
export class Style {
  readonly columns: number
  readonly #colour: boolean

  constructor({ columns, colour }: { readonly columns: number; readonly colour: boolean }) {
    this.columns = Math.max(columns, 20)
    this.#colour = colour
  }

  strong(text: string): string {
    return this.#paint('bold', text)
  }

  faint(text: string): string {
    return this.#paint('dim', text)
  }

  bad(text: string): string {
    return this.#paint('red', text)
  }

  doubtful(text: string): string {
    return this.#paint('yellow', text)
  }

  good(text: string): string {
    return this.#paint('green', text)
  }

  /**
   * Lines of `text`, none wider than the terminal except for single words; `indent` is before each but the first, which
   * keeps its own. Colour codes have no width, and wide characters have two columns.
   */
  wrap(text: string, indent = ''): readonly string[] {
    return text.split('\n').flatMap((line) => {
      const [first = ''] = /^ */.exec(line) ?? []
      const columns = this.columns - Math.max(first.length, indent.length)
      return wrapped(line.slice(first.length), columns).map((one, index) => `${index === 0 ? first : indent}${one}`)
    })
  }

  #paint(format: 'bold' | 'dim' | 'red' | 'yellow' | 'green', text: string): string {
    return this.#colour ? styleText(format, text, { validateStream: false }) : text
  }
}
