import { styleText } from 'node:util'

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

  /** Lines of `text`, none longer than the terminal is wide except for single words; `indent` is before each but the first. */
  wrap(text: string, indent = ''): readonly string[] {
    return text.split('\n').flatMap((line) => {
      const lines: string[] = []
      let current = ''
      for (const word of line.split(/ +/)) {
        if (current !== '' && current.length + 1 + word.length > this.columns) {
          lines.push(current)
          current = `${indent}${word}`
        } else current = current === '' ? word : `${current} ${word}`
      }
      return [...lines, current]
    })
  }

  #paint(format: 'bold' | 'dim' | 'red' | 'yellow' | 'green', text: string): string {
    return this.#colour ? styleText(format, text) : text
  }
}
