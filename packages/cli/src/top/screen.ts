import type { ReadStream, WriteStream } from 'node:tty'

/** Keys that a screen understands. */
export type Key = 'quit' | 'pause' | 'sort' | 'up' | 'down'

const KEYS: Readonly<Record<string, Key>> = {
  q: 'quit',
  Q: 'quit',
  '\x03': 'quit',
  '\x1b': 'quit',
  p: 'pause',
  ' ': 'pause',
  s: 'sort',
  '\x1b[A': 'up',
  '\x1bOA': 'up',
  k: 'up',
  '\x1b[B': 'down',
  '\x1bOB': 'down',
  j: 'down',
}

/** One key: a sequence of the terminal, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's sequences begin with one
const PRESSED = /\x1b\[[\d;?]*[~A-Za-z]|\x1bO[A-Za-z]|./gsu

/** Alternate screen without a cursor and without wrapping of lines; and the way back. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l'
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l'
const SIGNALS = { SIGTERM: 143, SIGHUP: 129 } as const

/** The whole terminal, until it is given back. */
export class Screen {
  readonly #stdin: ReadStream
  readonly #stdout: WriteStream
  readonly #onKey: (key: Key) => void
  readonly #onResize: () => void
  #isOver = false

  /**
   * Takes the terminal. It is given back by {@link leave}, and when the process ends.
   *
   * @param onKey A terminal that was closed gives `quit`.
   */
  constructor(stdin: ReadStream, stdout: WriteStream, onKey: (key: Key) => void, onResize: () => void) {
    this.#stdin = stdin
    this.#stdout = stdout
    this.#onKey = onKey
    this.#onResize = onResize
    stdin.setRawMode(true)
    stdin.setEncoding('utf8')
    stdin.on('data', this.#read)
    stdin.on('end', this.#gone)
    stdin.on('error', this.#gone)
    stdin.resume()
    stdout.on('resize', onResize)
    process.on('exit', this.leave)
    // Stopped by Ctrl-Z and continued, or resized meanwhile.
    process.on('SIGCONT', this.#again)
    for (const signal of Object.keys(SIGNALS)) process.on(signal, this.#signal)
    stdout.write(ENTER)
  }

  get columns(): number {
    return this.#stdout.columns || 80
  }

  get rows(): number {
    return this.#stdout.rows || 24
  }

  /** Shows lines in place of the present ones; not while the terminal takes none. */
  draw(lines: readonly string[]): void {
    if (this.#isOver || this.#stdout.writableNeedDrain) return
    this.#stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`)
  }

  /** Gives the terminal back. Idempotent. */
  readonly leave = (): void => {
    if (this.#isOver) return
    this.#isOver = true
    this.#stdin.off('data', this.#read)
    this.#stdin.off('end', this.#gone)
    this.#stdin.pause()
    this.#stdin.setRawMode(false)
    this.#stdout.off('resize', this.#onResize)
    process.off('exit', this.leave)
    process.off('SIGCONT', this.#again)
    for (const signal of Object.keys(SIGNALS)) process.off(signal, this.#signal)
    this.#stdout.write(LEAVE)
  }

  readonly #read = (text: string): void => {
    // Several keys that were pressed fast come as one text.
    for (const one of text.match(PRESSED) ?? []) {
      const key = KEYS[one]
      if (key !== undefined) this.#onKey(key)
    }
  }

  readonly #gone = (): void => this.#onKey('quit')

  readonly #again = (): void => {
    this.#stdin.setRawMode(true)
    this.#stdout.write(ENTER)
    this.#onResize()
  }

  readonly #signal = (signal: NodeJS.Signals): void => {
    this.leave()
    process.exit(SIGNALS[signal as keyof typeof SIGNALS])
  }
}
