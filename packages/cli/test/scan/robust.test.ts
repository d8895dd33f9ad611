import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { verifull } from '../run.ts'

const FLAW = "new (require('pg').Pool)({ ssl: { rejectUnauthorized: false } })\n"

/** A folder with the given files. */
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'verifull-scan-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content, { mode: 0o600 })
  }
  return folder
}

/** The report of a scan, as JSON. */
async function scanned(folder: string, words: readonly string[] = []) {
  const { code, stdout, stderr } = await verifull(['scan', '--format', 'json', ...words], { folder })
  expect(stderr).toBe('')
  const { findings, unchecked } = JSON.parse(stdout)
  const short = findings.map((one: { rule: string; location: { file: string; line: number } }) => {
    return `${one.location.file}:${one.location.line} ${one.rule}`
  })
  return { code, findings, unchecked, short, stdout }
}

test('scan: a flaw → exit code 1, file, line and column', async () => {
  const { code, findings } = await scanned(folderOf({ 'a.js': `\n${FLAW}` }))
  expect(code).toBe(1)
  expect(findings).toMatchObject([
    { rule: 'verification-off', location: { file: 'a.js', line: 2, column: 35, endColumn: 60 } },
  ])
})

test('scan: no flaw → exit code 0', async () => {
  const { code, short } = await scanned(folderOf({ 'a.js': FLAW.replace('false', 'true') }))
  expect({ code, short }).toEqual({ code: 0, short: [] })
})

test('scan: source that cannot be parsed and has the words → named as not checked, exit code 3; without the words → nothing', async () => {
  const { code, unchecked } = await scanned(
    folderOf({
      'a.ts': 'const = { rejectUnauthorized: false ///',
      'b.ts': 'const = {',
      'c.json': '{"ssl": {"rejectUnauthorized": fal',
    }),
  )
  expect(code).toBe(3)
  expect(unchecked.map(({ what }: { what: string }) => what)).toEqual(['a.ts', 'c.json'])
})

test('scan: broken YAML → read line by line, and named as not checked', async () => {
  const { short, unchecked } = await scanned(folderOf({ 'a.yaml': 'a: [\nPGSSLMODE: disable\n' }))
  expect(short).toEqual(['a.yaml:2 weak-sslmode'])
  expect(unchecked).toHaveLength(1)
})

test('scan: a loop of links, binary files, an empty file → nothing, exit code 0', async () => {
  const folder = folderOf({
    'b/binary.js': Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(FLAW)]),
    'b/empty.ts': '',
    'b/null.env': 'PGSSLMODE=disable\0',
  })
  symlinkSync(folder, join(folder, 'b/loop'))
  symlinkSync('self.ts', join(folder, 'self.ts'))
  expect(await scanned(folder)).toMatchObject({ code: 0, short: [], unchecked: [] })
})

test('scan: a file of 100 MB → not checked if it has the words at its end, nothing otherwise', async () => {
  const folder = folderOf({ 'none.js': '', 'large.js': '' })
  truncateSync(join(folder, 'none.js'), 0)
  writeFileSync(join(folder, 'large.js'), Buffer.concat([Buffer.alloc(100 << 20, 'a;\n'), Buffer.from(FLAW)]))
  writeFileSync(join(folder, 'none.js'), Buffer.alloc(100 << 20, 'a;\n'))
  const { code, unchecked } = await scanned(folder)
  expect({ code, names: unchecked.map(({ what }: { what: string }) => what) }).toEqual({ code: 3, names: ['large.js'] })
})

test('scan: a line of 1 MB → its flaw is found', async () => {
  const { short } = await scanned(
    folderOf({ 'a.js': `var a="${'x'.repeat(1 << 20)}";${FLAW}`, 'b.env': `A=${'y'.repeat(1 << 20)}\n` }),
  )
  expect(short).toEqual(['a.js:1 verification-off'])
})

test('scan: a connection string of 1 MB → read in less than 2 s', async () => {
  const begin = performance.now()
  await scanned(
    folderOf({ 'a.ts': `export const url = 'postgres://u:${'%41@:?&'.repeat(150_000)}@h/db?sslmode=no-verify'` }),
  )
  expect(performance.now() - begin).toBeLessThan(2000)
})

test.each([
  ['brackets of a list', '['.repeat(20_000)],
  ['objects', '{"a":'.repeat(20_000)],
  ['parentheses', '('.repeat(20_000)],
  ['calls', 'f('.repeat(20_000)],
  ['templates', '`${'.repeat(20_000)],
  ['signs', '!'.repeat(20_000)],
  ['minus signs', '- '.repeat(20_000)],
  ['words before a value', 'typeof '.repeat(20_000)],
  ['functions', 'a=>'.repeat(20_000)],
  ['conditions', 'a?b:'.repeat(20_000)],
  ['assignments', 'a='.repeat(20_000)],
])('scan: deep nesting of %s → named as not checked, exit code 3', async (_what, deep) => {
  const { code, unchecked } = await scanned(
    folderOf({ 'a.json': `${deep}"sslmode"`, 'a.yaml': `sslmode: ${deep}`, 'a.js': `sslmode = ${deep}` }),
  )
  expect(code).toBe(3)
  expect(unchecked).toContainEqual(expect.objectContaining({ what: 'a.js' }))
})

test('scan: long chains that nest to one side only → parsed, the flaw found', async () => {
  const chains = `const text = ${Array.from({ length: 3000 }, (_, index) => `'${index}'`).join(' + ')}`
  const branches = Array.from({ length: 400 }, (_, index) => `if (a === ${index}) b()`).join(' else ')
  expect(await scanned(folderOf({ 'a.js': `${chains}\n${branches}\n${FLAW}` }))).toMatchObject({ code: 1 })
})

test('scan: a folder and a file that may not be read → named as not checked', () => {
  const folder = folderOf({ 'closed/a.js': FLAW, 'b.js': FLAW })
  chmodSync(join(folder, 'closed'), 0)
  chmodSync(join(folder, 'b.js'), 0)
  chmodSync(folder, 0o755)
  onTestFinished(() => chmodSync(join(folder, 'closed'), 0o700))
  // The superuser may read everything.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const program = join(import.meta.dirname, '../../bin/verifull.js')
  const { status, stdout } = spawnSync(process.execPath, [program, 'scan', '--format', 'json'], {
    cwd: folder,
    encoding: 'utf8',
    ...user,
  })
  expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 3, findings: [], unchecked: [{}, {}] })
})

test('scan: --exclude, twice, before a path → the path is scanned', async () => {
  const folder = folderOf({ 'src/a.js': FLAW, 'src/b.js': FLAW, 'src/c.js': FLAW })
  const { short } = await scanned(folder, ['--exclude', 'b.js', '--exclude', 'c.js', 'src'])
  expect(short).toEqual(['src/a.js:1 verification-off'])
})

test('scan: a path that does not exist → named as not checked, exit code 3', async () => {
  const { code, unchecked } = await scanned(folderOf({}), ['nowhere'])
  expect({ code, unchecked }).toEqual({ code: 3, unchecked: [{ what: 'nowhere', why: 'it does not exist' }] })
})

test('scan: files that .gitignore or --exclude name, packages and builds → left out', async () => {
  const files = {
    'a.js': FLAW,
    'gen/b.js': FLAW,
    'dist/c.js': FLAW,
    'node_modules/d/e.js': FLAW,
    'f.js': FLAW,
    'test/g.js': FLAW,
  }
  const folder = folderOf({ ...files, '.gitignore': 'gen/\nf.js\n' })
  const expected = ['a.js:1 verification-off']
  expect((await scanned(folder, ['--exclude', 'test'])).short).toEqual(expected)
  execFileSync('git', ['init', '-q'], { cwd: folder })
  expect((await scanned(folder, ['--exclude', 'test'])).short).toEqual(expected)
  expect((await scanned(folder, ['dist/c.js'])).short).toEqual(['dist/c.js:1 verification-off'])
})

test('scan: .env in git, or readable by others → reported; in neither → nothing, and no secret is printed', async () => {
  const folder = folderOf({ '.env': 'PGPASSWORD=k2Vw9QxLmZ\n', '.env.example': 'PGPASSWORD=changeme\n' })
  const isolated = await scanned(folder)
  expect(isolated.short).toEqual([])
  chmodSync(join(folder, '.env'), 0o644)
  expect((await scanned(folder)).short).toEqual(['.env:1 env-readable'])
  execFileSync('git', ['init', '-q'], { cwd: folder })
  execFileSync('git', ['add', '-A'], { cwd: folder })
  const committed = await scanned(folder)
  expect(committed.short).toEqual(['.env:1 env-committed'])
  expect(committed.stdout).not.toContain('k2Vw9QxLmZ')
})

test('scan: verifull-ignore with a reason → a note with it; without one, or of another rule → no effect', async () => {
  const { code, findings } = await scanned(
    folderOf({
      'a.js': `// verifull-ignore verification-off: proxy of the tests\n${FLAW}`,
      'b.js': `// verifull-ignore verification-off\n${FLAW}`,
      'c.js': `// verifull-ignore plaintext: reason\n${FLAW}`,
    }),
  )
  expect(code).toBe(1)
  expect(findings.map(({ severity }: { severity: string }) => severity)).toEqual(['note', 'refuse', 'refuse'])
  expect(findings[0]).toMatchObject({ allowedBecause: 'proxy of the tests' })
})

test('scan: - → stdin, whose kind --stdin-name tells', async () => {
  const { code, stdout } = await verifull(['scan', '-', '--stdin-name', 'x.env'], {
    stdin: Readable.from(['PGSSLMODE=disable\n']),
  })
  expect(code).toBe(1)
  expect(stdout).toContain('x.env:1')
  expect((await verifull(['scan', '-', '--stdin-name', 'x.png'])).code).toBe(2)
})

test('scan: secrets in URLs and source → found, never printed', async () => {
  const secret = 'Qz81LmvX0pT'
  const { stdout, short } = await scanned(
    folderOf({
      'a.ts': `export const url = 'postgres://svc:${secret}@pg.shop.example/db'`,
      'b.yaml': `PGPASSWORD: ${secret}\n`,
      'c.sh': `PGPASSWORD=${secret} psql\n`,
    }),
  )
  expect(short).toEqual(['a.ts:1 secret-in-url', 'b.yaml:1 secret-in-source', 'c.sh:1 secret-in-source'])
  expect(stdout).not.toContain(secret)
})

test('scan: lines that move → the same fingerprint', async () => {
  const printsOf = async (text: string) => {
    const { stdout } = await verifull(['scan', '--format', 'sarif'], { folder: folderOf({ 'a.js': text }) })
    return JSON.parse(stdout).runs[0].results.map(
      (result: { partialFingerprints: unknown }) => result.partialFingerprints,
    )
  }
  const prints = await printsOf(FLAW)
  expect(prints).toHaveLength(1)
  expect(await printsOf(`\n\n${FLAW}`)).toEqual(prints)
})

test('scan: JSON.parse of a text → judged as the object it is; of a broken, deep or unknown one → nothing', async () => {
  const pool = (text: string) => `new (require('pg').Pool)({ ssl: JSON.parse(${text}) })\n`
  const { short } = await scanned(
    folderOf({
      'a.js': pool(`'{"rejectUnauthorized": false}'`),
      'b.js': pool('`{"rejectUnauthorized": false}`'),
      'c.js': pool(`'{"rejectUnauthorized": true}'`),
      'd.js': pool(`'{"rejectUnauthorized": false'`),
      'e.js': pool(`'${'['.repeat(2000)}{"rejectUnauthorized": false}'`),
      'f.js': pool(`'{"rejectUnauthorized": false}' + process.env.MORE`),
    }),
  )
  expect(short).toEqual(['a.js:1 verification-off', 'b.js:1 verification-off'])
})
