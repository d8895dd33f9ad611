import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseReport } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installPacked, pack } from './consumers/packed.ts'
import { run } from './consumers/run.ts'

let folder: string
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'verifull-third-party-')))
  await cp(join(__dirname, '../examples/third-party'), folder, { recursive: true })
  // Includes the server binaries, which need no install script here.
  await installPacked(folder, ['@verifull/test-harness'], await pack(folder), ['--ignore-scripts'])
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const program = (...args: readonly string[]) => run('node_modules/.bin/verifull-conformance', args, folder)

describe('postgres.js, bound to the packed harness', () => {
  test('adapter.js → fewer than twenty lines', async () => {
    const adapter = await readFile(join(folder, 'adapter.js'), 'utf8')
    expect(adapter.trim().split('\n').length).toBeLessThan(20)
  })

  test('node:test, cells equal to libpq → pass', { timeout: 120_000 }, async () => {
    const { code, output } = await run('npm', ['test'], folder)
    expect(output).toMatch(/VF-AUTH-002\/scram-right: [^\n]* → tls in 1 connection/)
    expect(output).toMatch(/^\S+ tests 17$/m)
    expect(output).toMatch(/^\S+ pass 17$/m)
    expect(code).toBe(0)
  })

  test('node:test, a weaker cell → fails with its trace', { timeout: 120_000 }, async () => {
    const subset = await readFile(join(folder, 'conformance.test.js'), 'utf8')
    await writeFile(join(folder, 'weak.js'), subset.replace("'VF-AUTH-002', 'VF-TIME-001'", "'VF-MODE-002'"))
    const { code, output } = await run('node', ['--test', 'weak.js'], folder)
    expect(output).toMatch(/weaker: tls in 1 connection, where libpq is refused \(verify\) in 1 connection/)
    expect(output).toMatch(/client: connection 1: SSLRequest ClientHello\s+server: log: /)
    expect(code).toBe(1)
  })

  test('verifull-conformance, a weaker adapter → reported, exit code 1', { timeout: 120_000 }, async () => {
    const files = ['--json', 'out/report.json', '--junit', 'out/report.xml', '--html', 'out/report.html']
    const subset = ['--requirement', 'VF-MODE-002', '--requirement', 'VF-AUTH-002']
    const { code, output } = await program('--adapter', './adapter.js', ...subset, ...files)
    expect(output).toMatch(/│ VF-MODE-002 +│ Against a server that takes TLS only[^│]*│ 60 +│ 6 weaker/)
    expect(output).toMatch(/│ VF-AUTH-002 +│ A refused password is reported as such +│ 13 +│ equal/)
    expect(code).toBe(1)

    const out = (name: string) => readFile(join(folder, 'out', name), 'utf8')
    const { runs } = parseReport(await out('report.json'))
    expect(runs).toMatchObject([{ adapter: 'postgres.js 3.4.9', counts: { weaker: 6, failed: 0 } }])
    const weaker = runs[0]?.results.filter(({ verdict }) => verdict === 'weaker')
    expect(weaker?.map(({ id, actual }) => `${id}: ${actual}`)).toEqual([
      'VF-MODE-002/wrong/allow: tls in 1 connection',
      'VF-MODE-002/wrong/prefer: tls in 1 connection',
      'VF-MODE-002/wrong/require: tls in 1 connection',
      'VF-MODE-002/not-pem/allow: tls in 1 connection',
      'VF-MODE-002/not-pem/prefer: tls in 1 connection',
      'VF-MODE-002/not-pem/require: tls in 1 connection',
    ])
    expect(await out('report.xml')).toContain(
      '<failure type="weaker" message="weaker: tls in 1 connection, where libpq',
    )
    const html = await out('report.html')
    expect(html).toContain("default-src 'none'")
    expect(html).toMatch(/<li>postgres\.js 3\.4\.9 on PostgreSQL 18\.\d+, [^<]*: 6 weaker, /)
  })

  test('verifull-conformance, a module that does not exist → its path, exit code 2', async () => {
    expect(await program('--adapter', './adaptor.js')).toEqual({
      code: 2,
      output: 'error: adapter module ./adaptor.js not found: no such file, and no such package in this folder\n',
    })
  })
})
