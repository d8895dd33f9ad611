import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { KINDS, parseReport } from '@verifull/test-harness'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../../..')
const PROGRAM = join(ROOT, 'test-harness/bin/verifull-rehearsal.js')
const ADAPTERS = 'packages/acceptance/rehearsal/dist/adapters.js'
const PRINTED = './packages/acceptance/rehearsal/dist/printed-warnings.js'
const SHORT = ['--connections', '3', '--rotations', '1', '--kind', 'password-file']

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verifull-rehearsal-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const run = promisify(execFile)
async function program(...args: readonly string[]) {
  const done = run(process.execPath, [PROGRAM, ...args], { cwd: ROOT })
  const { stdout, stderr, code } = await done.then(
    (output) => ({ ...output, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  )
  return { stdout, stderr, code }
}

test('verifull-rehearsal: one adapter without failures → tables and reports, exit code 0', {
  timeout: 120_000,
}, async () => {
  const [json, html] = [join(folder, 'a/rehearsal.json'), join(folder, 'rehearsal.html')]
  const files = ['--json', json, '--html', html]
  const { stdout, stderr, code } = await program('--adapter', ADAPTERS, '--only', '@verifull/pg', ...SHORT, ...files)
  expect(stdout).toContain('1 of 1 rehearsal without a failure')
  expect(stderr).toBe('@verifull/pg, Password file, database first: 0 failed\n')
  expect(code).toBe(0)
  const { rehearsals = [] } = parseReport(await readFile(json, 'utf8'))
  expect(rehearsals.map(({ client, kind, rotations }) => ({ client, kind, rotations }))).toEqual([
    { client: '@verifull/pg', kind: 'password-file', rotations: 1 },
  ])
  expect(await readFile(html, 'utf8')).toContain('<li>@verifull/pg, Password file, database first: 0 failed checkouts')
})

test('verifull-rehearsal: an adapter with failures → exit code 1', { timeout: 120_000 }, async () => {
  const { stdout, code } = await program('--adapter', ADAPTERS, '--only', 'pg, cached 5 minutes', ...SHORT)
  expect(stdout).toContain('0 of 1 rehearsal without a failure')
  expect(code).toBe(1)
})

test('verifull-rehearsal: failures of a baseline → not counted, exit code 0', { timeout: 120_000 }, async () => {
  const baseline = ['--only', 'pg, cached 5 minutes', '--baseline', 'pg, cached 5 minutes']
  const { stdout, code } = await program('--adapter', ADAPTERS, ...baseline, ...SHORT)
  expect(stdout).toContain('✗ pg, cached 5 minutes')
  expect(stdout).toContain('0 of 0 rehearsals without a failure; not counted: "pg, cached 5 minutes"')
  expect(code).toBe(0)
})

test('printed-warnings: the expected warnings → not printed; another → printed', { timeout: 60_000 }, async () => {
  const script = [
    "process.on('warning', ({ message }) => console.log(message.slice(0, 26)))",
    "process.emitWarning('pool.idleTimeoutMillis=250 (from DB_IDLE_TIMEOUT) is 0.25 s (rule time-unit)')",
    "process.emitWarning('NodeVersionSupportWarning: The AWS SDK')",
    "process.emitWarning('connect_timeout=3000 (from PGCONNECT_TIMEOUT) is 50 min (rule time-unit)')",
  ].join('\n')
  const { stdout, stderr } = await run(process.execPath, ['--require', PRINTED, '--eval', script], { cwd: ROOT })
  expect(stdout.trim().split('\n')).toEqual([
    'pool.idleTimeoutMillis=250',
    'NodeVersionSupportWarning:',
    'connect_timeout=3000 (from',
  ])
  expect(stderr.match(/Warning: .*/g)).toEqual([
    'Warning: connect_timeout=3000 (from PGCONNECT_TIMEOUT) is 50 min (rule time-unit)',
  ])
})

test('verifull-rehearsal: --list → the kinds', async () => {
  const { stdout, code } = await program('--list')
  expect(stdout.trim().split('\n')).toEqual(KINDS.map(({ id, title }) => `${id}  ${title}`))
  expect(code).toBe(0)
})

const WRONG = [
  { args: [], says: 'error: no adapter; name a module with --adapter ./my-adapter.js, or see --help' },
  { args: ['--adapter', './nowhere.js'], says: 'error: adapter module ./nowhere.js not found: no such file' },
  {
    args: ['--adapter', 'pg'],
    says: 'error: adapter module pg exports no adapter for a rehearsal; export { name, work',
  },
  {
    args: ['--adapter', ADAPTERS, '--only', 'mine'],
    says: 'error: no adapter is named "mine"; there are "@verifull/pg"',
  },
  {
    args: ['--adapter', ADAPTERS, '--baseline', 'mine'],
    says: 'error: no adapter is named "mine"; there are "@verifull/pg"',
  },
  { args: ['--kind', 'aws-singleuser'], says: 'did you mean aws-single-user' },
  { args: ['--connections', '0'], says: 'a number above 0 is wanted, such as 10' },
]

test.for(WRONG)(
  'verifull-rehearsal: wrong usage, $args → its message, exit code 2',
  { timeout: 60_000 },
  async ({ args, says }) => {
    const { stderr, code } = await program(...args)
    expect(stderr).toContain(says)
    expect(code).toBe(2)
  },
)
