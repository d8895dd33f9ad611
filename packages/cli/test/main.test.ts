import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { verifull } from './run.ts'

const PROGRAM = join(import.meta.dirname, '../bin/verifull.js')

test('verifull: --help → the list of commands, exit code 0', async () => {
  const { code, stdout } = await verifull(['--help'])
  expect(code).toBe(0)
  for (const { name } of COMMANDS) expect(stdout).toContain(`\n  ${name}`)
})

test.each(COMMANDS.map(({ name }) => name))(
  'verifull: --help of %s, and help about it → the same, with examples',
  async (name) => {
    const { code, stdout } = await verifull([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`npx verifull ${name}`)
    expect((await verifull(['help', name])).stdout).toBe(stdout)
  },
)

/** Makes a process print its CPU time in milliseconds as the last line of stderr. */
const CPU_TIME = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { user, system } = process.cpuUsage(); console.error((user + system) / 1000) })',
)}`

test.each([[], ['explain'], ['doctor'], ['exec'], ['scan']])(
  'verifull: %s --help → less than 200 ms of CPU time, all of Node included',
  (...words) => {
    const command = ['--import', CPU_TIME, join(import.meta.dirname, '../bin/verifull.js'), ...words, '--help']
    const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
    expect(stdout).toContain('Usage: verifull')
    expect(Number(stderr)).toBeGreaterThan(10)
    expect(Number(stderr)).toBeLessThan(200)
  },
)

test.each(COMMANDS.map(({ name }) => name))('verifull: %s --help in 40 columns → no line is wider', async (name) => {
  const { stdout } = await verifull([name, '--help'], { columns: 40 })
  const [, ...lines] = stdout.split('\nExamples:')[0]?.split('\n') ?? []
  expect(lines.filter((line) => line.length > 40)).toEqual([])
})

test.each([
  [['explian'], "unknown command 'explian'"],
  [['explian'], 'Did you mean explain?'],
  [['explain', '--formt', 'json'], 'Did you mean --format?'],
  [['explain', '--format', 'xml'], 'Allowed choices are text, json'],
  [['explain', '--output'], "option '--output <file>' argument missing"],
  [['explain', '--update-baseline'], '--update-baseline needs --baseline FILE'],
])('verifull: %j → exit code 2, nothing on stdout, and on stderr %s', async (words, message) => {
  const { code, stdout, stderr } = await verifull(words)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(message)
})

test('verifull: a file that cannot be written → exit code 2, one line with the reason', async () => {
  const { code, stderr } = await verifull(['explain', '--output', 'no/such/folder/report.json'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^verifull: .*no\/such\/folder\/report\.json \(--output\) cannot be written \(ENOENT\)\n$/)
})

test('verifull: the reader of stdout goes → a quiet end with the exit code of the report', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'explain'], { env: { PGHOST: 'db.example', PGSSLMODE: 'disable' } })
  child.stdout.destroy()
  const [[code], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)])
  expect(stderr).toBe('')
  expect(code).toBe(1)
})

test('verifull: a full disk behind stdout → exit code 2 and a line on stderr', async () => {
  const child = spawn('sh', ['-c', `"${process.execPath}" "${PROGRAM}" explain > /dev/full`], { env: {} })
  const [[code], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)])
  expect(stderr).toBe('verifull: stdout cannot be written (ENOSPC)\n')
  expect(code).toBe(2)
})

test('verifull: an unexpected error → exit code 3 and one line; VERIFULL_DEBUG adds the stack; interrupted → 130', async () => {
  const broken = (environment: Record<string, string>) =>
    new Proxy(environment, {
      ownKeys() {
        throw new Error('postgres://app:hunter2-x@db/orders\ntwo')
      },
    })
  const { code, stderr } = await verifull(['explain'], { environment: broken({}) })
  expect(code).toBe(3)
  expect(stderr).toBe(
    'verifull: unexpected error: postgres://app:[secret]@db/orders; VERIFULL_DEBUG=1 shows its stack\n',
  )
  const debugged = await verifull(['explain'], { environment: broken({ VERIFULL_DEBUG: '1' }) })
  expect(debugged.stderr).toMatch(/\n {4}at /)
  expect(debugged.stderr).not.toContain('hunter2')
  expect(await verifull(['explain'], { environment: broken({}), signal: AbortSignal.abort() })).toEqual({
    code: 130,
    stdout: '',
    stderr: 'verifull: interrupted\n',
  })
})

test.each([
  [{}, false],
  [{ FORCE_COLOR: '1' }, true],
  [{ FORCE_COLOR: '0' }, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  [{ NO_COLOR: '1' }, false],
])('verifull: stdout is a pipe, %j → colours: %s', async (variables, coloured) => {
  const child = spawn(process.execPath, [PROGRAM, 'explain'], { env: variables })
  expect((await text(child.stdout)).includes('\x1b[')).toBe(coloured)
})
