import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { Ajv } from 'ajv'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliver, type ReportOptions } from '../../src/report/deliver.ts'
import type { Report, ReportedFinding } from '../../src/report/report.ts'
import { visible } from '../../src/report/visible.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-report-'))
const project = join(folder, 'apps/api')
beforeAll(() => {
  mkdirSync(project, { recursive: true })
  mkdirSync(join(folder, '.git'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const HOSTILE = 'a "quoted" <b> & 50%, | a pipe: ]]> \u0007 \ud800 \r\n::error::forged @you `code`'

const FINDINGS: readonly ReportedFinding[] = [
  { rule: 'r-note', severity: 'note', what: 'worth saying', fix: 'nothing' },
  {
    rule: 'r-refuse',
    severity: 'refuse',
    what: HOSTILE,
    fix: 'mend it',
    help: 'https://example.org/errors#r-refuse',
    location: { file: 'src/a b,c:d#e.ts', line: 3, column: 7, endLine: 3, endColumn: 9 },
  },
  { rule: 'r-warn', severity: 'warn', what: 'doubtful', fix: 'look', location: { file: 'x.env' } },
]

function report(findings = FINDINGS, unchecked = [{ what: 'y.yaml', why: 'is broken' }]): Report {
  return { command: 'scan', findings, unchecked, facts: { files: 3 }, text: () => ['three files'] }
}

async function delivered(given: Partial<ReportOptions>, of = report(), columns = 80) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const written = Promise.all([text(stdout), text(stderr)])
  const surroundings = { stdout, stderr, folder: project, environment: {}, columns, colour: false, interactive: false }
  const options: ReportOptions = { format: 'text', failOn: 'refuse', ...given }
  const code = deliver(of, options, { ...surroundings, stdin: new PassThrough(), signal: new AbortController().signal })
  stdout.end()
  stderr.end()
  const [out, err] = await written
  return { code, stdout: out, stderr: err }
}

describe('exit codes', () => {
  const refuse = FINDINGS.filter(({ severity }) => severity === 'refuse')
  const warn = FINDINGS.filter(({ severity }) => severity === 'warn')
  test.each([
    ['a refusal', report(refuse, []), 'refuse', 1],
    ['a refusal, never', report(refuse, []), 'never', 0],
    ['a warning', report(warn, []), 'refuse', 0],
    ['a warning, from warnings on', report(warn, []), 'warn', 1],
    ['a warning, from notes on', report(warn, []), 'note', 1],
    ['a file unchecked', report([]), 'refuse', 3],
    ['a file unchecked and a refusal', report(refuse), 'refuse', 1],
    ['nothing', report([], []), 'note', 0],
  ] as const)('deliver: %s → the exit code', async (_, of, failOn, code) => {
    expect((await delivered({ failOn }, of)).code).toBe(code)
  })
})

test('json: → its version, the command, findings, all that is unchecked, and the facts', async () => {
  const { stdout } = await delivered({ format: 'json' })
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    command: 'scan',
    findings: JSON.parse(JSON.stringify(visible(report()).findings)),
    accepted: [],
    unchecked: [{ what: 'y.yaml', why: 'is broken' }],
    files: 3,
  })
})

test('sarif: any report → valid by the schema of OASIS', async () => {
  const {
    id: _id,
    $schema: _draft,
    ...schema
  } = JSON.parse(readFileSync(join(import.meta.dirname, 'sarif-schema-2.1.0.json'), 'utf8'))
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)
  for (const one of [report(), report([], []), report(FINDINGS, [])]) {
    validate(JSON.parse((await delivered({ format: 'sarif' }, one)).stdout))
    expect(validate.errors).toBeNull()
  }
  expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false)
})

test('junit: any report → valid by the schema of Jenkins', async () => {
  const schema = readFileSync(join(import.meta.dirname, '../../../../test-harness/test/report/junit-10.xsd'), 'utf8')
  using schemaDocument = XmlDocument.fromString(schema)
  using validator = XsdValidator.fromDoc(schemaDocument)
  for (const one of [report(), report([], []), report(FINDINGS, [])]) {
    using document = XmlDocument.fromString((await delivered({ format: 'junit' }, one)).stdout)
    validator.validate(document)
  }
  using wrong = XmlDocument.fromString('<testsuites><nothing/></testsuites>')
  expect(() => validator.validate(wrong)).toThrow()
})

test('sarif: → paths from the root of the repository, levels, severities, help, fingerprints, notifications', async () => {
  const { stdout } = await delivered({ format: 'sarif' })
  const { version, runs } = JSON.parse(stdout)
  const [{ results, tool, invocations }] = runs
  expect(version).toBe('2.1.0')
  expect(results.map(({ level, ruleId }: { level: string; ruleId: string }) => [level, ruleId])).toEqual([
    ['error', 'r-refuse'],
    ['warning', 'r-warn'],
    ['note', 'r-note'],
  ])
  expect(results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'apps/api/src/a%20b,c:d%23e.ts', uriBaseId: '%SRCROOT%' },
    region: { startLine: 3, startColumn: 7, endLine: 3, endColumn: 9 },
  })
  expect(results[2].locations).toHaveLength(1)
  expect(results[0].partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{16}:1$/)
  expect(tool.driver.rules[0]).toMatchObject({
    helpUri: 'https://example.org/errors#r-refuse',
    properties: { 'security-severity': '8.0', tags: ['security'] },
  })
  expect(invocations[0].toolExecutionNotifications[0].message.text).toBe('not checked: y.yaml: is broken')
})

test('sarif: more findings than GitHub keeps → the gravest, and a notification of the rest', async () => {
  const many = Array.from({ length: 6000 }, (_, index) => ({ ...FINDINGS[0], key: String(index) }) as ReportedFinding)
  const { stdout } = await delivered({ format: 'sarif' }, report([...many, ...FINDINGS]))
  const [{ results, invocations }] = JSON.parse(stdout).runs
  expect(results).toHaveLength(5000)
  expect(results[0].ruleId).toBe('r-refuse')
  expect(invocations[0].toolExecutionNotifications.at(-1).message.text).toContain('1003 of 6003 findings are left off')
})

test('sarif: the line of a finding moves → the fingerprint stays; two equal findings → two fingerprints', async () => {
  const at = (line: number): ReportedFinding =>
    ({ ...FINDINGS[2], location: { file: 'x.env', line } }) as ReportedFinding
  const prints = async (...lines: number[]) =>
    JSON.parse((await delivered({ format: 'sarif' }, report(lines.map(at)))).stdout).runs[0].results.map(
      (one: { partialFingerprints: unknown }) => JSON.stringify(one.partialFingerprints),
    )
  const [first] = await prints(1)
  const moved = await prints(40, 41)
  expect(moved[0]).toBe(first)
  expect(moved[1]).not.toBe(first)
})

test('junit: → a failure for all that counts, an error for all that is unchecked, no character that XML has not', async () => {
  const { stdout } = await delivered({ format: 'junit' })
  expect(stdout).toContain('tests="4" failures="1" errors="1"')
  expect(stdout).toContain('a &#34;quoted&#34; &#60;b&#62; &#38; 50%')
  expect(stdout).toContain('a pipe: ]]&#62; \\x07 \\u{d800}')
  for (const none of ['\u0007', '\ud800']) expect(stdout).not.toContain(none)
  expect(stdout).toContain('<error message="is broken"/>')
  expect((await delivered({ format: 'junit', failOn: 'note' })).stdout).toContain('failures="3"')
})

test('github: → one line per finding, the gravest first, each escaped so that none is a second command', async () => {
  const lines = (await delivered({ format: 'github' })).stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(5)
  expect(lines[0]).toMatch(
    /^::error file=apps\/api\/src\/a b%2Cc%3Ad#e\.ts,line=3,endLine=3,col=7,endColumn=9,title=r-refuse::/,
  )
  expect(lines[0]).toContain('50%25')
  expect(lines[0]).toContain('\\x0d%0A::error::forged')
  expect(lines[1]).toMatch(/^::warning /)
  expect(lines[2]).toMatch(/^::notice title=r-note::/)
})

test('markdown: → a table whose cells hold no markup, no mention and no second row', async () => {
  const { stdout } = await delivered({ format: 'markdown' })
  const rows = stdout.split('\n').filter((line) => line.startsWith('|'))
  expect(rows).toHaveLength(5)
  expect(rows[2]).not.toMatch(/<b>|@you|`|\\/)
  expect(rows[2]?.split('|')).toHaveLength(6)
  expect(stdout).toContain('- y.yaml: is broken')
})

test.each([40, 80, 120])('text: %i columns → no line is wider, in colour and with wide characters', async (columns) => {
  const wide = [{ ...FINDINGS[2], what: '設定 '.repeat(60) } as ReportedFinding, FINDINGS[0] as ReportedFinding]
  const { stdout } = await delivered({ color: true }, report(wide), columns)
  expect(stdout).toContain('\x1b[33mwarn')
  const width = (line: string) =>
    [...stripVTControlCharacters(line)].reduce((sum, one) => sum + (one > '\u2fff' ? 2 : 1), 0)
  expect(stdout.split('\n').filter((line) => width(line) > columns)).toEqual([])
})

test('text: --output → no colours in the file, one line on stderr', async () => {
  const { stdout, stderr } = await delivered({ output: 'report.txt' })
  expect(stdout).toBe('')
  expect(stderr).toBe('verifull scan: 1 refuse, 1 warn, 1 note; the report is in report.txt\n')
  expect(readFileSync(join(project, 'report.txt'), 'utf8')).not.toContain('\x1b')
})
