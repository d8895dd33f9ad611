import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { verifull } from '../run.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-explain-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PROGRAM = join(import.meta.dirname, '../../bin/verifull.js')
const SECRET = 'a-long-password-1'
const environment = {
  NODE_ENV: 'production',
  DATABASE_URL: `postgres://app:${SECRET}@db.example/orders`,
  DATABASE_REPLICA_URL: 'postgres://r1.example/orders?sslmode=require',
}

test('explain: settings of this shell → policy, mode, servers, settings with sources, attackers; no secret', async () => {
  const { code, stdout } = await verifull(['explain'], { environment, columns: 200 })
  expect(code).toBe(0)
  for (const line of [
    /^policy +production \(from NODE_ENV\)$/m,
    /^sslmode +verify-full \(from default of policy production\)$/m,
    /^outcome +accepted$/m,
    /^server +db\.example:5432$/m,
    /^attempt 1 +TLS, certificate and name verified$/m,
    /^ {2}database +orders \(from DATABASE_URL\)$/m,
    /^replica 1$/m,
    /^ {2}man in the middle: stopped: /m,
    /^warn a password in plain sight/m,
  ]) {
    expect(stdout).toMatch(line)
  }
  expect(stdout).not.toContain(SECRET)
})

test.each([40, 80])('explain: %i columns → no line is wider, but for single words', async (columns) => {
  const { stdout } = await verifull(['explain'], { environment, columns })
  expect(stdout.split('\n').filter((line) => line.length > columns && line.trim().includes(' '))).toEqual([])
})

test('explain: --env-file → its variables over those of the shell, and remarks about the file with their line', async () => {
  writeFileSync(join(folder, '.env'), 'PGSSLMODE=verify-full\nDATABASE_URL=postgres://u:p4ss#w0rd@other.example/x\n')
  const { code, stdout } = await verifull(['explain', '--env-file', '.env', '--format', 'json'], {
    environment,
    folder,
  })
  expect(code).toBe(1) // the URL ends before its #
  const { explanation, findings } = JSON.parse(stdout)
  expect(explanation.sslmode).toEqual({ value: 'verify-full', source: 'PGSSLMODE' })
  expect(findings[0]).toMatchObject({ rule: 'env-file-comment', location: { file: '.env', line: 2 } })
  expect(stdout).not.toMatch(/p4ss|w0rd/)
})

test('explain: --replica 1 → its settings in full; another number → exit code 2', async () => {
  const { stdout } = await verifull(['explain', '--replica', '1'], { environment, columns: 200 })
  expect(stdout).toMatch(/^server +r1\.example:5432$/m)
  for (const wrong of ['0', '2', 'one']) {
    const { code, stderr } = await verifull(['explain', '--replica', wrong], { environment })
    expect(code).toBe(2)
    expect(stderr).toContain('there are 1, numbered from 1')
  }
})

test('explain: a URL of 1 MB and other bad input → at most exit code 1, no stack trace, no secret', async () => {
  for (const DATABASE_URL of [
    `postgres://app:${SECRET}@h/${'x'.repeat(1e6)}`,
    `postgres://app:${SECRET}@:::`,
    '\u0001',
  ]) {
    const { code, stdout, stderr } = await verifull(['explain'], { environment: { DATABASE_URL } })
    expect(code).toBeLessThan(2)
    expect(stdout.length).toBeLessThan(10_000)
    expect(stdout + stderr).not.toMatch(/ {4}at |a-long/)
  }
})

/** Fails the process where a socket connects, or a name is resolved. */
const NO_NETWORK = `
const fail = (name) => () => { process.stderr.write('network: ' + name); process.exit(99) }
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveSrv', 'resolveTxt']) {
  require('node:dns')[name] = fail(name)
  require('node:dns').promises[name] = fail(name)
}
require('node:net').Socket.prototype.connect = fail('connect')
require('node:dgram').createSocket = fail('dgram')
`

test.each([
  ['a URL', environment],
  [
    'a store',
    { DB_HOST: 'db.example', SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'x', AWS_REGION: 'eu-west-1' },
  ],
])('explain: %s, in a process where any use of the network ends it → the report', async (_, variables) => {
  const { code, stderr } = await without('network', [PROGRAM, 'explain', '--fail-on', 'never'], variables)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const connecting = await without('network', ['-e', `require('node:net').connect(1, 'db.example')`], variables)
  expect(connecting).toEqual({ code: 99, stderr: 'network: connect' })
})

async function without(_: 'network', words: readonly string[], env: Record<string, string>) {
  const preload = join(folder, 'no-network.cjs')
  writeFileSync(preload, NO_NETWORK)
  const child = spawn(process.execPath, ['--require', preload, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const [[code], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)])
  return { code, stderr }
}
