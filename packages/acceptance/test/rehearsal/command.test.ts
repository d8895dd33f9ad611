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

test('the command rehearses what it is asked for, writes the reports and ends with 0', {
  timeout: 120_000,
}, async () => {
  const [json, html] = [join(folder, 'a/rehearsal.json'), join(folder, 'rehearsal.html')]
  const files = ['--json', json, '--html', html]
  const { stdout, code } = await program('--adapter', ADAPTERS, '--only', '@verifull/pg', ...SHORT, ...files)
  expect(stdout).toContain('1 of 1 rehearsal without a failure')
  expect(code).toBe(0)
  const { rehearsals = [] } = parseReport(await readFile(json, 'utf8'))
  expect(rehearsals.map(({ client, kind, rotations }) => ({ client, kind, rotations }))).toEqual([
    { client: '@verifull/pg', kind: 'password-file', rotations: 1 },
  ])
  expect(await readFile(html, 'utf8')).toContain('<li>@verifull/pg, Password file, database first: 0 failed checkouts')
})

test('it ends with 1 where something failed', { timeout: 120_000 }, async () => {
  const { stdout, code } = await program('--adapter', ADAPTERS, '--only', 'pg, cached 5 minutes', ...SHORT)
  expect(stdout).toContain('0 of 1 rehearsal without a failure')
  expect(code).toBe(1)
})

test('but not where that is only there to compare with', { timeout: 120_000 }, async () => {
  const baseline = ['--only', 'pg, cached 5 minutes', '--baseline', 'pg, cached 5 minutes']
  const { stdout, code } = await program('--adapter', ADAPTERS, ...baseline, ...SHORT)
  expect(stdout).toContain('✗ pg, cached 5 minutes')
  expect(stdout).toContain('0 of 0 rehearsals without a failure; not counted: "pg, cached 5 minutes"')
  expect(code).toBe(0)
})

test('it lists the kinds', async () => {
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

test.for(WRONG)('wrong usage, $args, is told and ends with 2', { timeout: 60_000 }, async ({ args, says }) => {
  const { stderr, code } = await program(...args)
  expect(stderr).toContain(says)
  expect(code).toBe(2)
})
