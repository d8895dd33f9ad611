import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ExposedProcess } from '../../src/expose/entry.ts'
import { type ExposedMonitor, exposeMonitor } from '../../src/expose/expose-monitor.ts'
import type { ProcessView } from '../../src/expose/process-view.ts'

const home = mkdtempSync(join(tmpdir(), 'verifull-expose-'))
afterAll(() => rmSync(home, { recursive: true }))

let folder: string
const open: ExposedMonitor[] = []

beforeEach(() => {
  const runtime = mkdtempSync(join(home, 'run-'))
  vi.stubEnv('XDG_RUNTIME_DIR', runtime)
  folder = join(runtime, 'verifull')
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
  vi.unstubAllEnvs()
})

async function expose(name = 'orders'): Promise<ExposedProcess> {
  const exposed = await exposeMonitor({ name })
  open.push(exposed)
  return JSON.parse(readFileSync(exposed.socket.replace(/\.sock$/, '.json'), 'utf8'))
}

/** All that a peer gets that sends this text. */
async function answerTo(given: string, { socket }: ExposedProcess): Promise<string> {
  const peer = connect(socket)
  peer.on('error', () => {})
  peer.write(given)
  return text(peer).catch(() => '')
}

test('exposeMonitor: the token → the view of the process, over a socket and a file for this user alone', async () => {
  const exposed = await expose()
  const view: ProcessView = JSON.parse(await answerTo(`${exposed.token}\n`, exposed))
  expect(view).toMatchObject({ version: 1, process: { pid: process.pid, name: 'orders' } })
  expect(Object.keys(view.stats).sort()).toEqual(['at', 'certificates', 'credentials', 'endpoints', 'pools'])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)
  expect(modes).toEqual([0o600, 0o600])
})

test('exposeMonitor: close() → no file is left, and nothing listens; a second call does nothing', async () => {
  const exposed = await expose()
  const [one] = open
  await one?.close()
  await one?.close()
  expect(readdirSync(folder)).toEqual([])
  await expect(once(connect(exposed.socket), 'connect')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('exposeMonitor: twice → two sockets, each with its own token', async () => {
  const [one, other] = [await expose('one'), await expose('other')]
  expect(await answerTo(`${one.token}\n`, other)).toBe('')
  expect(JSON.parse(await answerTo(`${other.token}\n`, other))).toMatchObject({ process: { name: 'other' } })
})

test.each([
  ['another token', 'f'.repeat(64)],
  ['an HTTP request', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.padEnd(100, 'x')],
  ['bytes that are no text', '\0\xff'.repeat(50)],
  ['a megabyte', 'x'.repeat(1_000_000)],
])(
  'exposeMonitor: a peer that sends %s → closed without a word, and the next one is answered',
  async (_what, given) => {
    const exposed = await expose()
    expect(await answerTo(`${given}\n`, exposed)).toBe('')
    expect(await answerTo(`${exposed.token}\n`, exposed)).toContain('"orders"')
  },
)

test('exposeMonitor: 1000 peers that say nothing → at most 8 are kept, and one is answered when they have gone', async () => {
  const exposed = await expose()
  const peers: Socket[] = []
  let closed = 0
  for (let count = 0; count < 1000; count++) {
    const peer = connect(exposed.socket)
    peer.on('error', () => {})
    peer.on('close', () => closed++)
    peers.push(peer.resume())
  }
  await vi.waitUntil(() => closed >= 992, 5000)
  await setTimeout(20)
  expect(closed).toBe(992)
  for (const peer of peers) peer.destroy()
  await vi.waitFor(async () => expect(await answerTo(`${exposed.token}\n`, exposed)).toContain('"orders"'))
})

test('exposeMonitor: 8 peers, half of them silent and half not reading the answer → closed after 5 s', async () => {
  const exposed = await expose()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const peers = Array.from({ length: 8 }, () => connect(exposed.socket).on('error', () => {}))
    for (const peer of peers.slice(4)) peer.write(`${exposed.token}\n`)
    await vi.waitUntil(() => vi.getTimerCount() === 8)
    expect(await answerTo(`${exposed.token}\n`, exposed)).toBe('')
    vi.advanceTimersByTime(5000)
    await vi.waitFor(async () => expect(await answerTo(`${exposed.token}\n`, exposed)).toContain('"orders"'))
    for (const peer of peers) peer.destroy()
  } finally {
    vi.useRealTimers()
  }
})

test.each([
  [{ name: '' }, 'exposeMonitor(): name must be a text of 1 to 60 visible characters'],
  [{ name: 'x'.repeat(61) }, 'exposeMonitor(): name must be a text of 1 to 60 visible characters'],
  [{ name: 'a\x1b[2J' }, 'exposeMonitor(): name must be a text of 1 to 60 visible characters'],
  [{ nam: 'orders' }, 'exposeMonitor(): settings has no "nam"; did you mean name?'],
])('exposeMonitor: %j → rejected, and nothing is exposed', async (settings, message) => {
  await expect(exposeMonitor(settings as never)).rejects.toMatchObject({ code: 'CONFIGURATION', message })
  expect(() => readdirSync(folder)).toThrow('ENOENT')
})

test('exposeMonitor: a path that no socket can have → rejected, with the fix', async () => {
  const long = join(dirname(folder), 'x'.repeat(100))
  vi.stubEnv('XDG_RUNTIME_DIR', long)
  await expect(exposeMonitor()).rejects.toMatchObject({ message: expect.stringContaining('cannot be made (ENOENT)') })
  mkdirSync(long)
  await expect(exposeMonitor()).rejects.toMatchObject({
    code: 'CONFIGURATION',
    message: expect.stringMatching(/is too long for a socket; set XDG_RUNTIME_DIR to a shorter one$/),
  })
})

const CORE = join(import.meta.dirname, '../../dist/application.js')

/** Starts a process of its own that exposes its monitor, and runs `rest`; resolves when it listens. */
async function started(rest: string) {
  const program = `require(${JSON.stringify(CORE)}).exposeMonitor({ name: 'child' }).then(({ socket }) => { console.log(socket); ${rest} })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return { child, socket: String(line).trim() }
}

test('exposeMonitor: a process with nothing else to do → it ends by itself, and no file is left', async () => {
  const { child } = await started('')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(readdirSync(folder)).toEqual([])
})

test('exposeMonitor: files of a killed process → removed by the next one; those of a living one stay', async () => {
  const [killed, living] = [await started('setInterval(() => {}, 1000)'), await started('setInterval(() => {}, 1000)')]
  killed.child.kill('SIGKILL')
  await once(killed.child, 'close')
  for (const { socket } of [killed, living]) utimesSync(socket, 1, 1)
  expect(readdirSync(folder)).toHaveLength(4)
  const own = await expose()
  await vi.waitFor(() => expect(readdirSync(folder).filter((name) => name.endsWith('.sock'))).toHaveLength(2))
  const names = [living.socket, own.socket].flatMap((path) => [path, path.replace(/sock$/, 'json')])
  expect(
    readdirSync(folder)
      .map((name) => join(folder, name))
      .sort(),
  ).toEqual(names.sort())
  living.child.kill()
  await once(living.child, 'close')
})
