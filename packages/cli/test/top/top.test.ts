import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifull } from '../run.ts'
import { type Application, startApplication } from './application.ts'

const home = mkdtempSync(join(tmpdir(), 'verifull-top-'))
const one = join(home, 'one')
const two = join(home, 'two')
const applications: Application[] = []

beforeAll(async () => {
  for (const folder of [one, two]) mkdirSync(folder)
  const started = [startApplication('orders', one), startApplication('orders', two), startApplication('billing', two)]
  applications.push(...(await Promise.all(started)))
})

afterAll(async () => {
  for (const application of applications) await application.kill()
  rmSync(home, { recursive: true })
})

const top = (runtime: string, ...words: string[]) =>
  verifull(['top', ...words], { environment: { XDG_RUNTIME_DIR: runtime, TMPDIR: runtime }, folder: home })

test('top without a terminal: the only process → one picture as text, exit code 0', async () => {
  const { code, stdout, stderr } = await top(one)
  expect(code).toBe(0)
  expect(stderr).toBe('')
  expect(stdout).toMatch(new RegExp(`^orders  process ${applications[0]?.child.pid} · up `))
  expect(stdout).toContain('\nPools  no pool is open\n')
  expect(stdout).not.toContain('\x1b')
})

test('top --json → the view; --html → a page in a file, said on stderr', async () => {
  const view = JSON.parse((await top(one, '--json')).stdout)
  expect(view).toMatchObject({ version: 1, process: { name: 'orders' }, stats: { pools: [] }, events: [] })
  const { code, stdout, stderr } = await top(one, '--html', 'orders.html')
  expect([code, stdout, stderr]).toEqual([0, '', 'verifull top: the page is in orders.html\n'])
  expect(readFileSync(join(home, 'orders.html'), 'utf8')).toContain('<h1>orders</h1>')
  const wrong = await top(one, '--html', 'no/such/folder/x.html')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toMatch(/x\.html \(--html\) cannot be written \(ENOENT\)\n$/)
})

test('top: several processes → exit code 2 and their names; one named by name or number → that one', async () => {
  const [, orders, billing] = applications.map(({ child }) => child.pid)
  const { code, stdout, stderr } = await top(two)
  expect([code, stdout]).toEqual([2, ''])
  const list = `billing (${billing}), orders (${orders})`
  expect(stderr).toBe(`verifull: several processes expose their monitor; name one: ${list}\n`)
  expect((await top(two, 'billing')).stdout).toMatch(/^billing {2}process/)
  expect((await top(two, String(orders))).stdout).toMatch(/^orders {2}process/)
  const unknown = await top(two, 'bil\x1bling')
  expect(unknown.code).toBe(3)
  expect(unknown.stderr).toBe(
    `verifull: no process "bil\\u001bling" of this user exposes its monitor; others: ${list}\n`,
  )
})

test('top: no process, and files that a process did not write → exit code 3, with the way to expose one', async () => {
  const none = join(home, 'none')
  const folder = join(none, 'verifull')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const killed = await startApplication('killed', none)
  await killed.kill()
  writeFileSync(join(folder, 'a.json'), 'no JSON')
  writeFileSync(join(folder, 'b.json'), '{"pid":"1"}')
  writeFileSync(join(folder, 'c.json'), `{"pid":1,"name":"x","token":"t","socket":"${folder}/a.json"}`)
  writeFileSync(join(folder, 'd.json'), ' '.repeat(5000))
  writeFileSync(join(folder, 'e.json'), 'null')
  symlinkSync(join(folder, 'c.json'), join(folder, 'f.json'))
  mkdirSync(join(folder, 'g.json'))
  expect(await top(none)).toEqual({
    code: 3,
    stdout: '',
    stderr:
      'verifull: no process of this user exposes its monitor; call exposeMonitor() of @verifull/core in the application, and run this as the same user\n',
  })
})

test('top: a service that has no XDG_RUNTIME_DIR, and a shell of the same user that has one → found', async () => {
  const runtime = mkdtempSync(join(home, 'shell-'))
  const temporary = mkdtempSync(join(home, 'tmp-'))
  const service = await startApplication('service', undefined, '', { TMPDIR: temporary })
  applications.push(service)
  const environment = { XDG_RUNTIME_DIR: runtime, TMPDIR: temporary }
  const { code, stdout } = await verifull(['top'], { environment })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^service {2}process/)
})

test('top: the folder is not for this user alone → exit code 2, and nothing in it is read', async () => {
  const shared = join(home, 'shared')
  mkdirSync(shared)
  symlinkSync(join(one, 'verifull'), join(shared, 'verifull'))
  const { code, stdout, stderr } = await top(shared)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('is not used: it is no folder; set XDG_RUNTIME_DIR')
})

test.each([
  ['a text that is no JSON', 'hello', 'answers in a form that this version does not know'],
  ['another version', '{"version":2}', 'answers in a form that this version does not know'],
  ['nothing', '', 'does not answer'],
])('top: a process that answers %s → exit code 3, and the reason', async (_what, answer, reason) => {
  const { createServer } = await import('node:net')
  const strange = mkdtempSync(join(home, 's-'))
  const folder = join(strange, 'verifull')
  mkdirSync(folder, { mode: 0o700 })
  const socket = join(folder, '1-a.sock')
  writeFileSync(join(folder, '1-a.json'), JSON.stringify({ pid: 1, name: 'strange', socket, token: 't' }))
  const server = createServer((peer) => peer.end(answer)).listen(socket)
  try {
    const { code, stderr } = await top(strange)
    expect(code).toBe(3)
    expect(stderr).toContain(`verifull: strange (process 1) ${reason}`)
  } finally {
    server.close()
  }
})
