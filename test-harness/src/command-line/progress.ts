import type { WriteStream } from 'node:tty'

/** One line on a terminal that says how far a long run is; nothing anywhere else. */
export class Progress implements Disposable {
  readonly #stream: WriteStream

  constructor(stream: WriteStream) {
    this.#stream = stream
  }

  show(text: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r\u001b[K${text.slice(0, this.#stream.columns - 1)}`)
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    this.show('')
  }
}
