import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { handOver, resolveProfile } from '@verifull/core/diagnostics'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { PrivateFolder } from '../../src/exec/private-folder.ts'
import { childEnvironment } from '../../src/exec/variables.ts'
import { verifull } from '../run.ts'

const SECRET = 'k&7 %canary/ü'
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'verifull-exec-test-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const temporary = join(folder, 'tmp')
mkdirSync(temporary)
const { root, clients } = await createHierarchy()
const roots = join(folder, 'ca.crt')
writeFileSync(roots, root.certificate)
beforeAll(() => {
  vi.stubEnv('TMPDIR', temporary)
  return () => vi.unstubAllEnvs()
})

const SETTINGS = {
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  DB_HOST: 'db.example',
  DB_NAME: 'orders',
  DB_USER: 'app',
  DB_PASSWORD: SECRET,
  DB_SSL_CA: roots,
}

/** A program that prints its environment, with the mode of each file that a variable names. */
const SHOW = `
  const modes = Object.values(process.env).filter((v) => v.startsWith(process.env.TMP_OF_TEST + '/')).map((v) => (fs.statSync(v).mode & 0o777).toString(8))
  const files = Object.fromEntries(Object.entries(process.env).filter(([, v]) => v.startsWith(process.env.TMP_OF_TEST + '/')).map(([k, v]) => [k, fs.readFileSync(v, 'latin1')]))
  const folder = process.env.PGSSLROOTCERT ? (fs.statSync(require('path').dirname(process.env.PGSSLROOTCERT)).mode & 0o777).toString(8) : ''
  fs.writeFileSync(process.env.OUT_OF_TEST, JSON.stringify({ environment: process.env, arguments: process.argv, modes, files, folder }))`

async function environmentOf(settings: Readonly<Record<string, string | undefined>>, ...options: string[]) {
  const out = join(folder, 'out.json')
  rmSync(out, { force: true })
  const result = await verifull(['exec', ...options, '--', process.execPath, '-e', SHOW], {
    folder,
    environment: { ...SETTINGS, TMP_OF_TEST: temporary, OUT_OF_TEST: out, ...settings },
  })
  const shown = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : undefined
  return { ...result, shown }
}

test('exec: a program that reads libpq → PG* and a URL with verify-full, roots in a file that only its owner reads', async () => {
  const { code, stdout, stderr, shown } = await environmentOf({})
  expect([code, stdout, stderr]).toEqual([0, '', ''])
  const { PGSSLROOTCERT, DATABASE_URL, ...environment } = shown.environment
  expect(environment).toMatchObject({
    PGHOST: 'db.example',
    PGPORT: '5432',
    PGUSER: 'app',
    PGPASSWORD: SECRET,
    PGDATABASE: 'orders',
    PGSSLMODE: 'verify-full',
    PGGSSENCMODE: 'disable',
    PGCHANNELBINDING: 'prefer',
  })
  expect(shown.files.PGSSLROOTCERT).toContain('BEGIN CERTIFICATE')
  expect(shown.modes).toEqual(['600'])
  expect(shown.folder).toBe('700')
  const url = new URL(DATABASE_URL)
  expect(decodeURIComponent(url.password)).toBe(SECRET)
  expect(Object.fromEntries(url.searchParams)).toEqual({ sslmode: 'verify-full', sslrootcert: PGSSLROOTCERT })
  expect(shown.arguments.join(' ')).not.toContain('canary')
  expect(readdirSync(temporary)).toEqual([])
})

test.each([
  ['PGSSLMODE', 'disable', 'verify-full'],
  ['PGSERVICE', 'other', undefined],
  ['PGPASSFILE', '/elsewhere', undefined],
  ['PGSSLCERT', '/elsewhere.crt', undefined],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0', '1'],
  ['DATABASE_URL', 'postgresql://other@elsewhere/x', expect.stringContaining('db.example')],
])("exec: %s=%s of the parent → the child's is %s", async (name, value, expected) => {
  const { profile } = resolveProfile({ settings: { environment: SETTINGS } })
  const files = new PrivateFolder()
  try {
    const handover = await handOver(profile, new AbortController().signal)
    expect(childEnvironment({ [name]: value }, profile, handover, 'libpq', files)[name]).toEqual(expected)
  } finally {
    files.remove()
  }
})

test('exec: Prisma → its own names: sslcert is the root, sslaccept=strict', async () => {
  const { shown } = await environmentOf({}, '--for', 'prisma')
  const { searchParams } = new URL(shown.environment.DATABASE_URL)
  expect(searchParams.get('sslaccept')).toBe('strict')
  expect(searchParams.get('sslcert')).toMatch(/root\.crt$/)
})

test('exec: a program that loads a .env file → what the file says of a connection has no effect', async () => {
  const url = 'postgresql://other@elsewhere/x?sslmode=disable'
  const file = join(folder, 'of-child.env')
  writeFileSync(
    file,
    `NODE_TLS_REJECT_UNAUTHORIZED=0\nDATABASE_URL=${url}\nDIRECT_URL=${url}\nPGSSLMODE=disable\nLOADED=1`,
  )
  const script = `process.loadEnvFile(${JSON.stringify(file)}); ${SHOW}`
  const out = join(folder, 'out.json')
  await verifull(['exec', '--for', 'prisma', '--', process.execPath, '-e', script], {
    folder,
    environment: { ...SETTINGS, TMP_OF_TEST: temporary, OUT_OF_TEST: out },
  })
  const { environment } = JSON.parse(readFileSync(out, 'utf8'))
  expect(environment).toMatchObject({ LOADED: '1', NODE_TLS_REJECT_UNAUTHORIZED: '1', PGSSLMODE: 'verify-full' })
  expect(environment.DATABASE_URL).toContain('db.example')
  expect(environment.DIRECT_URL).toBe(environment.DATABASE_URL)
})

test('exec: Flyway → a URL without the secret, user and password beside it', async () => {
  const { shown } = await environmentOf({}, '--for', 'jdbc')
  const { FLYWAY_URL, FLYWAY_USER, FLYWAY_PASSWORD } = shown.environment
  expect(FLYWAY_URL).toMatch(/^jdbc:postgresql:\/\/db\.example:5432\/orders\?sslmode=verify-full&sslrootcert=/)
  expect([FLYWAY_USER, FLYWAY_PASSWORD]).toEqual(['app', SECRET])
})

test('exec: a client certificate → its files, the key for Java in DER, each only for its owner', async () => {
  const { certificate, key } = clients.good
  const settings = { DB_SSL_CERT: certificate, DB_SSL_KEY: key }
  const { shown } = await environmentOf(settings)
  expect(shown.modes).toEqual(['600', '600', '600'])
  expect(shown.files.PGSSLKEY).toContain('BEGIN PRIVATE KEY')
  const java = await environmentOf(settings, '--for', 'jdbc')
  expect(java.shown.files.PGSSLKEY.charCodeAt(0)).toBe(0x30)
  const prisma = await environmentOf(settings, '--for', 'prisma')
  expect(prisma.code).toBe(2)
  expect(prisma.stderr).toContain(
    'Prisma has no setting for a client certificate in PEM (it takes PKCS#12 only); leave sslcert out',
  )
})

const UNKNOWN = [
  ['channel_binding', { PGCHANNELBINDING: 'require' }, 'channel_binding=require (from PGCHANNELBINDING)'],
  ['require_auth', { PGREQUIREAUTH: 'scram-sha-256' }, 'require_auth (from PGREQUIREAUTH)'],
  ['TLS 1.3', { PGSSLMINPROTOCOLVERSION: 'TLSv1.3' }, 'ssl_min_protocol_version=TLSv1.3'],
] as const

describe.each(UNKNOWN)('exec: %s is demanded', (_what, settings, named) => {
  test.each(['prisma', 'jdbc', 'node'])(
    '%s, which cannot demand it → refused, and the program does not run',
    async (form) => {
      const { code, stderr, shown } = await environmentOf(settings, '--for', form)
      expect([code, shown]).toEqual([2, undefined])
      expect(stderr).toContain(`has no setting for ${named}; leave it out for this command`)
    },
  )

  test('libpq → demanded by it as well', async () => {
    const { code, shown } = await environmentOf(settings)
    expect(code).toBe(0)
    expect(shown.environment).toMatchObject(settings)
  })
})

test('exec: keyExchange=hybrid, which no other program can be made to demand → refused', async () => {
  const { profile } = resolveProfile({ settings: { environment: SETTINGS } })
  // Not by DB_KEY_EXCHANGE: Node 20 has no hybrid group, and refuses it before.
  const demanding = { ...profile, keyExchange: { value: 'hybrid', source: 'DB_KEY_EXCHANGE' } } as const
  const files = new PrivateFolder()
  try {
    const handover = await handOver(profile, new AbortController().signal)
    expect(() => childEnvironment({}, demanding, handover, 'libpq', files)).toThrow(
      'no other program can be made to demand keyExchange=hybrid (from DB_KEY_EXCHANGE)',
    )
  } finally {
    files.remove()
  }
})

test('exec: several hosts → all of them for libpq, the first for others', async () => {
  const hosts = { DB_HOST: 'a.example,b.example', DB_PORT: '5433,5434' }
  const { shown } = await environmentOf(hosts)
  expect([shown.environment.PGHOST, shown.environment.PGPORT]).toEqual(['a.example,b.example', '5433,5434'])
  expect(shown.environment.DATABASE_URL).toContain('@a.example:5433,b.example:5434/')
  const node = await environmentOf(hosts, '--for', 'node')
  expect(new URL(node.shown.environment.DATABASE_URL).host).toBe('a.example:5433')
})

test('exec: output with the secret in it → struck out, the rest passed through; the exit code kept', async () => {
  const script =
    'process.stdout.write("a" + process.env.PGPASSWORD + "b"); process.stderr.write(process.env.DATABASE_URL); process.exitCode = 42'
  const { code, stdout, stderr } = await verifull(['exec', '--', process.execPath, '-e', script], {
    folder,
    environment: SETTINGS,
  })
  expect(code).toBe(42)
  expect(stdout).toBe(`a${'*'.repeat(Buffer.byteLength(SECRET))}b`)
  expect(stderr).toMatch(/^postgresql:\/\/app:\*+@db\.example:5432\/orders\?sslmode=verify-full/)
})

test.each([
  [
    'no program of that name',
    ['no-such-program-here'],
    127,
    'no-such-program-here is not a program that can be found in PATH',
  ],
  ['a file that is not executable', ['./ca.crt'], 126, './ca.crt cannot be executed'],
])('exec: %s → its message and exit code', async (_what, words, expected, message) => {
  chmodSync(roots, 0o600)
  const { code, stderr } = await verifull(['exec', '--', ...words], { folder, environment: SETTINGS })
  expect(code).toBe(expected)
  expect(stderr).toContain(message)
  expect(readdirSync(temporary)).toEqual([])
})

test('exec: settings that the policy refuses → the refusal, exit code 2, and the program does not run', async () => {
  const { code, stderr, shown } = await environmentOf({ DB_SSL_MODE: 'disable' })
  expect(code).toBe(2)
  expect(stderr).toContain('sslmode=disable (from DB_SSL_MODE)')
  expect(shown).toBeUndefined()
})

test('exec: a secret store that denies access → its error, exit code 3, and the program does not run', async () => {
  const store = createServer((_request, response) => response.writeHead(403).end('{"errors":["permission denied"]}'))
  await once(store.listen(0, '127.0.0.1'), 'listening')
  const { code, stderr, shown } = await environmentOf({
    DB_PASSWORD: undefined,
    SECRETS_BACKEND: 'vault',
    VAULT_ADDR: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
    VAULT_TOKEN: 'canary-of-a-token',
    VAULT_PATH: 'secret/orders',
  })
  store.close()
  expect(code).toBe(3)
  expect(stderr).toContain('secret "secret/orders" of Vault')
  expect(stderr).not.toContain('canary')
  expect(shown).toBeUndefined()
})

test('exec: a folder for temporary files that does not exist → its path and TMPDIR, exit code 2', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'gone'))
  try {
    const { code, stderr } = await environmentOf({})
    expect(code).toBe(2)
    expect(stderr).toMatch(/cannot be written to .*gone.* \(ENOENT\); set TMPDIR to a folder that is writable/)
  } finally {
    vi.stubEnv('TMPDIR', temporary)
  }
})

/** Starts the program itself, with a child that waits; resolves when the child runs. */
async function started(script: string) {
  const command = [join(import.meta.dirname, '../../bin/verifull.js'), 'exec', '--', process.execPath, '-e', script]
  const running = spawn(process.execPath, command, {
    env: { ...SETTINGS, TMPDIR: temporary } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => running.once('exit', (code) => resolve(code)))
  await new Promise<void>((resolve, reject) => {
    running.stdout.once('data', () => resolve())
    ended.then(() => reject(new Error('ended early')))
  })
  return { running, ended }
}

const WAIT = 'console.log("ready"); setInterval(() => {}, 1e6)'

test.each([
  ['SIGTERM', WAIT, 143],
  ['SIGHUP', WAIT, 129],
  ['SIGINT', 'process.on("SIGINT", () => process.exit(7)); console.log("ready"); setInterval(() => {}, 1e6)', 7],
] as const)('exec: %s → passed on to the program, whose end decides; nothing is left', async (signal, script, code) => {
  const { running, ended } = await started(script)
  expect(readdirSync(temporary)).toHaveLength(1)
  running.kill(signal)
  expect(await ended).toBe(code)
  expect(readdirSync(temporary)).toEqual([])
})

test('exec: killed at once → its folder is removed by the next run', async () => {
  const { running, ended } = await started('console.log(process.ppid); setTimeout(() => {}, 3000)')
  running.kill('SIGKILL')
  await ended
  expect(readdirSync(temporary)).toHaveLength(1)
  const { code } = await environmentOf({})
  expect(code).toBe(0)
  expect(readdirSync(temporary)).toEqual([])
})

test('exec: a reader that goes → the program ends as it would without us', async () => {
  const script =
    'process.stdout.on("error", () => process.exit(9)); setInterval(() => process.stdout.write("x".repeat(1000)), 1)'
  const { running, ended } = await started(script)
  running.stdout.destroy()
  expect(await ended).toBe(9)
})
