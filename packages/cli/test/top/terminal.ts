import { join } from 'node:path'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { vi } from 'vitest'

const PROGRAM = join(import.meta.dirname, '../../bin/verifull.js')

/** A terminal in which the command line runs, with a screen that can be read. */
export class Terminal {
  readonly pty: IPty
  readonly #screen: xterm.Terminal
  readonly #exit: Promise<number>
  /** All that was written. */
  written = ''

  constructor(words: readonly string[], environment: Readonly<Record<string, string>>, columns = 80, rows = 24) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
    this.pty = spawn(process.execPath, [PROGRAM, ...words], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      env: { ...environment },
    })
    this.pty.onData((text) => {
      this.written += text
      this.#screen.write(text)
    })
    this.#exit = new Promise((resolve) => {
      this.pty.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode))
    })
  }

  /** The exit code of the program. */
  get exit(): Promise<number> {
    return this.#exit
  }

  /** True while the program has the alternate screen. */
  get isTaken(): boolean {
    return this.#screen.buffer.active.type === 'alternate'
  }

  /** True if the last word about the cursor showed it. */
  get hasCursor(): boolean {
    return this.written.lastIndexOf('\x1b[?25h') >= this.written.lastIndexOf('\x1b[?25l')
  }

  /** Resolves when the terminal is as before the program: the last output may come after its exit. */
  async isGivenBack(): Promise<void> {
    await vi.waitUntil(() => !this.isTaken && this.hasCursor)
  }

  /** The lines of the screen. */
  get lines(): readonly string[] {
    const { active } = this.#screen.buffer
    return Array.from(
      { length: this.#screen.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    )
  }

  /** Resolves when the screen has this text. */
  async shows(text: string | RegExp): Promise<void> {
    const has = () =>
      typeof text === 'string' ? this.lines.join('\n').includes(text) : text.test(this.lines.join('\n'))
    await vi.waitUntil(has, { timeout: 10_000, interval: 20 }).catch(() => {
      throw new Error(`the screen does not show ${text}:\n${this.lines.join('\n')}`)
    })
  }

  press(keys: string): void {
    this.pty.write(keys)
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows)
    this.pty.resize(columns, rows)
  }
}
