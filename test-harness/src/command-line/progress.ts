import type { WriteStream } from 'node:tty'

/** One line of progress on a terminal; nothing if stderr is no terminal. */
export class Progress implements Disposable {
  readonly #stream: WriteStream

  constructor(stream: WriteStream) {
    this.#stream = stream
  }

  show(text: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r\u001b[K${text.slice(0, this.#stream.columns - 1)}`)
  }

  /** Clears the line. */
  [Symbol.dispose](): void {
    this.show('')
  }
}
