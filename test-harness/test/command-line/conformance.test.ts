import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseReport } from '../../src/report/parse.ts'
import { REQUIREMENTS } from '../../src/suite/requirements.ts'
import { conformance } from './program.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verifull-conformance-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const PASSWORDS = ['--requirement', 'VF-AUTH-002']

describe('verifull-conformance', () => {
  test('every cell equal → the table and every report, exit code 0', {
    timeout: 120_000,
  }, async () => {
    const file = (name: string) => join(folder, 'reports', name)
    const files = ['--json', file('a.json'), '--junit', file('a.xml'), '--html', file('a.html')]
    const ran = await conformance(
      '--adapter',
      './good-adapter.mjs',
      ...PASSWORDS,
      '--postgres',
      '15',
      '--libpq',
      ...files,
    )
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toMatch(/^good on PostgreSQL 15\.\d+, [^\n]*, compared with libpq \(libpq \d+\.\d+ \(\w+\)\)\n/)
    expect(ran.stdout).toMatch(/\n13 cells: 13 equal\n$/)
    const { runs } = parseReport(await readFile(file('a.json'), 'utf8'))
    expect(runs).toMatchObject([{ adapter: 'good', counts: { equal: 13, failed: 0, unsupported: 0 } }])
    expect(runs[0]?.results.every(({ events }) => events.some(({ by }) => by === 'server'))).toBe(true)
    expect(await readFile(file('a.xml'), 'utf8')).toContain(
      '<testsuites name="verifull-conformance" tests="13" failures="0"',
    )
    expect(await readFile(file('a.html'), 'utf8')).toContain('13 equal')
  })

  test('an adapter that exits, throws or hangs → a result for it, exit code 1', {
    timeout: 240_000,
  }, async () => {
    const json = join(folder, 'odd.json')
    const { code } = await conformance('--adapter', './odd-adapters.mjs', ...PASSWORDS, '--json', json)
    expect(code).toBe(1)
    const { runs } = parseReport(await readFile(json, 'utf8'))
    expect(runs.map(({ adapter, counts }) => ({ adapter, equal: counts.equal }))).toEqual([
      { adapter: 'ending', equal: 12 },
      { adapter: 'silent', equal: 12 },
      { adapter: 'throwing', equal: 12 },
    ])
    const worst = runs.flatMap(({ results }) => results.filter(({ verdict }) => verdict !== 'equal'))
    expect(worst.map(({ id, verdict, message }) => ({ id, verdict, message }))).toEqual([
      { id: 'VF-AUTH-002/plaintext', verdict: 'failed', message: 'the adapter ended its process (exit code 3)' },
      {
        id: 'VF-AUTH-002/plaintext',
        verdict: 'different',
        message: "the adapter's connect did not end within 15000 ms",
      },
      { id: 'VF-AUTH-002/plaintext', verdict: 'failed', message: 'thrown where nobody catches' },
    ])
  })

  test('--list → every requirement with its sentence', async () => {
    const { code, stdout } = await conformance('--list')
    expect(code).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(Object.keys(REQUIREMENTS).length)
    expect(stdout).toMatch(
      /^VF-NAME-003 {2}MUST {2}A wildcard stands for exactly one whole left-most label \(\d+ cells\)$/m,
    )
  })

  test.for([
    { args: [], says: 'no adapter; name a module with --adapter ./my-adapter.js, or see --help' },
    {
      args: ['--adapter', './nowhere.js'],
      says: 'adapter module ./nowhere.js not found: no such file, and no such package in this folder',
    },
    {
      args: ['--adapter', './program.ts'],
      says: /adapter module \.\/program\.ts (failed: |exports no adapter, only conformance; )/,
    },
    {
      args: ['--adapter', './good-adapter.mjs', '--adapter', './good-adapter.mjs'],
      says: 'two adapters are named "good"; a report could not tell them apart',
    },
    {
      args: ['--adapter', './good-adapter.mjs', '--requirement', 'VF-NAME-03'],
      says: 'unknown requirement VF-NAME-03; did you mean VF-NAME-003',
    },
    {
      args: ['--adapter', './good-adapter.mjs', '--postgres', '12', '--from', 'embedded'],
      says: /PostgreSQL 12 \(embedded\) cannot be had here; what can: PostgreSQL: embedded 15, 18; /,
    },
    {
      args: ['--adapter', './good-adapter.mjs', '--postgres', 'newest'],
      says: 'a major version is a number, such as 18',
    },
    {
      args: ['--adapter', './good-adapter.mjs', '--from', 'cloud'],
      says: 'Allowed choices are embedded, local, container',
    },
    { args: ['--adaptor', './good-adapter.mjs'], says: 'Did you mean --adapter?' },
    {
      args: ['--merge', './good-adapter.mjs'],
      says: 'cannot merge ./good-adapter.mjs: this is not a conformance report of format verifull-conformance/1',
    },
  ])('wrong usage, $args → its message, exit code 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await conformance(...args)
    expect(stderr).toMatch(says)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('--merge alone → the reports merged, without a run', async () => {
    const cell = { id: 'VF-AUTH-002/scram', requirement: 'VF-AUTH-002', cell: 'a cell', events: [] }
    const report = (adapter: string, verdict: string) => ({
      format: 'verifull-conformance/1',
      created: '2026-01-01T00:00:00.000Z',
      requirements: [REQUIREMENTS['VF-AUTH-002']],
      runs: [
        {
          adapter,
          server: 'PostgreSQL 18',
          libpq: 'truth table',
          counts: { equal: 0, stricter: 0, weaker: 0, different: 0, failed: 0, unsupported: 0, [verdict]: 1 },
          results: [{ ...cell, expected: 'plain', actual: 'plain', verdict }],
        },
      ],
    })
    await writeFile(join(folder, 'one.json'), JSON.stringify(report('one', 'equal')))
    await writeFile(join(folder, 'two.json'), JSON.stringify(report('two', 'weaker')))
    const [one, two] = [join(folder, 'one.json'), join(folder, 'two.json')]
    expect(await conformance('--merge', one)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\n1 cell: 1 equal\n$/),
    })
    expect(await conformance('--merge', one, '--merge', two)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\ntwo on PostgreSQL 18: 1 cell: 1 weaker\n$/),
    })
  })
})
