import type { ReadStream, WriteStream } from 'node:tty'
import type { ExposedProcess } from '@verifull/core/diagnostics'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Style } from '../report/style.ts'
import type { Surroundings } from '../surroundings.ts'
import { ask, type View } from './ask.ts'
import { drawn } from './drawn.ts'
import type { Tone } from './picture.ts'
import { pictureOf } from './picture-of.ts'
import { ORDERS, type Order } from './pools.ts'
import { type Key, Screen } from './screen.ts'

/** Milliseconds between two readings. */
const PAUSE_MS = 1000

/** Shows a process in the terminal, anew each second, until a key ends it or the process has ended. */
export async function watch(
  exposed: ExposedProcess,
  first: View,
  order: Order,
  surroundings: Surroundings & { readonly stdin: ReadStream; readonly stdout: WriteStream },
): Promise<ExitCode> {
  const { stdin, stdout, stderr, signal, colour } = surroundings
  const ended = `verifull: ${exposed.name} (process ${exposed.pid}) has ended\n`
  const state = new WatchState(first, order)
  let code: ExitCode | undefined
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    const end = (given: ExitCode) => {
      code ??= given
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupted)
      screen.leave()
      resolve()
    }
    const interrupted = () => end(EXIT.interrupted)
    const draw = () => screen.draw(state.lines(new Style({ columns: screen.columns, colour }), screen.rows))
    const press = (key: Key) => {
      if (key === 'quit') return end(EXIT.ok)
      state.press(key)
      draw()
    }
    const screen = new Screen(stdin, stdout, press, draw)
    signal.addEventListener('abort', interrupted, { once: true })
    const read = async () => {
      const answer = await ask(exposed)
      if (code !== undefined) return
      if ('failure' in answer && answer.failure === 'ended') return end(EXIT.unchecked)
      state.take('view' in answer ? answer.view : undefined)
      draw()
      timer = setTimeout(read, PAUSE_MS)
    }
    draw()
    timer = setTimeout(read, PAUSE_MS)
  })
  if (code === EXIT.unchecked) stderr.write(ended)
  return code ?? EXIT.ok
}

/** All that a screen shows: the last answers, and the answers to keys. */
class WatchState {
  #view: View
  #before: View | undefined
  #order: Order
  #isPaused = false
  #offset = 0
  /** When the process has last answered. */
  #heardAt = performance.now()
  #isSilent = false

  constructor(view: View, order: Order) {
    this.#view = view
    this.#order = order
  }

  press(key: Exclude<Key, 'quit'>): void {
    if (key === 'pause') this.#isPaused = !this.#isPaused
    if (key === 'sort') this.#order = ORDERS[(ORDERS.indexOf(this.#order) + 1) % ORDERS.length] ?? 'name'
    if (key === 'up') this.#offset -= 1
    if (key === 'down') this.#offset += 1
  }

  /** Takes an answer; undefined for none in time. */
  take(view: View | undefined): void {
    this.#isSilent = view === undefined
    if (!view) return
    this.#heardAt = performance.now()
    if (this.#isPaused) return
    this.#before = this.#view
    this.#view = view
  }

  lines(style: Style, rows: number): readonly string[] {
    const [head = '', ...body] = drawn(pictureOf(this.#view, this.#before, this.#order), style)
    const room = Math.max(1, rows - 2)
    this.#offset = Math.max(0, Math.min(this.#offset, body.length - room))
    const shown = body.slice(this.#offset, this.#offset + room)
    const hidden = body.length - this.#offset - shown.length
    return [head, ...shown, ...Array(room - shown.length).fill(''), this.#foot(hidden, style)]
  }

  /** Notes and keys, as many as fit. */
  #foot(hidden: number, style: Style): string {
    const silentS = Math.round((performance.now() - this.#heardAt) / 1000)
    const parts: readonly (readonly [text: string, tone: Tone])[] = [
      ...(this.#isSilent ? [[`no answer for ${silentS} s: its event loop is blocked`, 'bad'] as const] : []),
      ...(this.#isPaused ? [['paused', 'doubtful'] as const] : []),
      ...(hidden > 0 ? [[`↓ ${hidden} more lines`, 'faint'] as const] : []),
      ...['q quit', 'p pause', `s sort: ${this.#order}`].map((text) => [text, 'faint'] as const),
    ]
    let free = style.columns
    const fitting = parts.filter(([text], index) => {
      free -= text.length + (index > 0 ? 3 : 0)
      return free >= 0
    })
    return fitting.map(([text, tone]) => style[tone](text)).join(' · ')
  }
}
