import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Application, startApplication } from './application.ts'
import { Terminal } from './terminal.ts'

const runtime = mkdtempSync(join(tmpdir(), 'verifull-top-'))
const environment = { XDG_RUNTIME_DIR: runtime, TMPDIR: runtime, TERM: 'xterm-256color' }
let orders: Application
const terminals: Terminal[] = []

beforeAll(async () => {
  orders = await startApplication('orders', runtime)
})

afterEach(() => {
  for (const terminal of terminals.splice(0)) {
    try {
      terminal.pty.kill('SIGKILL')
    } catch {
      // It has ended.
    }
  }
})

afterAll(async () => {
  await orders.kill()
  rmSync(runtime, { recursive: true })
})

function watching(words: readonly string[] = [], columns = 80, rows = 24): Terminal {
  const terminal = new Terminal(['top', ...words], environment, columns, rows)
  terminals.push(terminal)
  return terminal
}

test('top on a terminal: the only process → its tables on a screen of their own, redrawn each second', async () => {
  const terminal = watching()
  await terminal.shows(`orders  process ${orders.child.pid} · up `)
  await terminal.shows('Pools  no pool is open')
  expect(terminal.isTaken).toBe(true)
  expect(terminal.hasCursor).toBe(false)
  expect(terminal.lines.at(-1)).toBe('q quit · p pause · s sort: name')
  const [first = ''] = terminal.lines
  await terminal.shows(new RegExp(`^(?!${first})orders`))
})

test.each([
  ['q', 'q'],
  ['Ctrl-C', '\x03'],
  ['Esc', '\x1b'],
])('top on a terminal: %s → exit code 0, and the terminal is as before', async (_name, key) => {
  const terminal = watching()
  await terminal.shows('q quit')
  terminal.press(key)
  expect(await terminal.exit).toBe(0)
  await terminal.isGivenBack()
  expect(terminal.lines.join('').trim()).toBe('')
})

test('top on a terminal: p → paused and on again; s → the next order; other keys → nothing', async () => {
  const terminal = watching()
  await terminal.shows('q quit')
  terminal.press('p')
  await terminal.shows('paused · q quit')
  terminal.press('\x1b[5~xyzps')
  await terminal.shows(/^q quit · p pause · s sort: use/m)
  terminal.press('ss')
  await terminal.shows('sort: name')
})

test('top on a terminal: fewer columns and rows → drawn anew; arrows → the lines that have no room', async () => {
  const terminal = watching()
  await terminal.shows('Latest events')
  terminal.resize(40, 6)
  await terminal.shows(/↓ \d+ more lines/)
  expect(terminal.lines.join('\n')).not.toContain('Latest events')
  terminal.press('\x1b[B')
  terminal.press('jjjjjjjjj')
  await terminal.shows('Latest events  none')
  terminal.press('kkkkkkkkkkk')
  await terminal.shows('Pools')
})

test('top on a terminal: the event loop of the process is blocked → said; when it goes on → shown again', async () => {
  const terminal = watching()
  await terminal.shows('q quit')
  orders.child.kill('SIGSTOP')
  await terminal.shows(/no answer for \d+ s: its event loop is blocked · q quit/)
  orders.child.kill('SIGCONT')
  await terminal.shows(/^q quit/m)
})

test('top on a terminal: the process ends → exit code 3, the terminal is as before, and a line says so', async () => {
  const short = await startApplication('short', runtime)
  const terminal = watching(['short'])
  await terminal.shows('short  process')
  await short.kill()
  expect(await terminal.exit).toBe(3)
  await terminal.isGivenBack()
  await terminal.shows(`verifull: short (process ${short.child.pid}) has ended`)
})

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
])('top on a terminal: %s → the terminal is as before, exit code %d', async (signal, code) => {
  const terminal = watching()
  await terminal.shows('q quit')
  process.kill(terminal.pty.pid, signal)
  expect(await terminal.exit).toBe(code)
  await terminal.isGivenBack()
})

test('top --once on a terminal → one picture, no screen of its own, exit code 0', async () => {
  const terminal = watching(['--once'])
  expect(await terminal.exit).toBe(0)
  await terminal.shows('Pools  no pool is open')
  expect(terminal.written).not.toContain('\x1b[?1049h')
})
