import { spawnSync } from 'node:child_process'
import diagnostics from 'node:diagnostics_channel'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { FORMATS } from '../src/report/formats.ts'
import { verifull } from './run.ts'
import { startApplication } from './top/application.ts'

const PROGRAM = join(import.meta.dirname, '../bin/verifull.js')
const CANARY = 'kanarienvogel-7Q'
const folder = mkdtempSync(join(tmpdir(), 'verifull-canary-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a file of the test, and returns its path. */
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

const where = { DB_HOST: 'localhost', DB_PORT: '1', DB_USER: 'app', DB_NAME: 'orders' }
const url = `postgresql://app:${CANARY}@localhost:1/orders`
const ending = file('ending.env', `DATABASE_URL="postgresql://app:${CANARY}@localhost:1/orders?sslmode=require`)
const dotenv = file('secret.env', `DATABASE_URL=${url}\nDB_SSL=false\n`)
const json = file(
  'config.json',
  JSON.stringify({
    production: { username: 'app', password: CANARY, host: 'localhost', port: 1, dialect: 'postgres' },
  }),
)

/** Every place that may hold a secret, right and wrong, as variables. */
const PLACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a password': { ...where, DB_PASSWORD: CANARY },
  'a password with quotation marks': { ...where, DB_PASSWORD: `"${CANARY}"` },
  "libpq's password": { PGHOST: 'localhost', PGPORT: '1', PGUSER: 'app', PGPASSWORD: CANARY },
  'a URL': { DATABASE_URL: url },
  'a URL with a character that is not encoded': { DATABASE_URL: `postgresql://app:${CANARY}#/?@localhost:1/orders` },
  'a URL without a user': { DATABASE_URL: `postgresql://:${CANARY}@localhost:1/orders` },
  'a URL with a parameter of the name': { DATABASE_URL: `postgresql://app@localhost:1/orders?password=${CANARY}` },
  'a URL of another program': { DATABASE_URL: `mysql://app:${CANARY}@localhost:1/orders` },
  'a URL in the place of a host': { ...where, DB_HOST: url, DB_PASSWORD: CANARY },
  'a conninfo in the place of a host': { ...where, DB_HOST: `db password=${CANARY}` },
  'a password that is a path that does not exist': { ...where, DB_PASSWORD_FILE: `/nowhere/${CANARY}.d/../password` },
  'a private key in the place of a path': {
    ...where,
    DB_SSL_KEY: `-----BEGIN PRIVATE KEY-----\n${CANARY}`,
    DB_PASSWORD: 'x',
  },
  'a password of a key': { ...where, PGSSLPASSWORD: CANARY, DB_PASSWORD: CANARY },
  "Vault's token": {
    ...where,
    SECRETS_BACKEND: 'vault',
    VAULT_ADDR: 'http://127.0.0.1:1',
    VAULT_TOKEN: CANARY,
    VAULT_PATH: 'secret/orders',
    DB_CONNECTION_TIMEOUT: '300',
  },
}

/** Names that hold a path, which a message has to show. */
const isPath = (place: string) => place === 'a password that is a path that does not exist'

/** The calls of every command that reads settings, without a terminal. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  explain: ['explain'],
  check: ['check', '--inherit-env', '--policy', 'production'],
  'check with compliance': ['check', '--inherit-env', '--policy', 'strict', '--compliance'],
  doctor: ['doctor', '--timeout', '1'],
}

/** All that a call wrote: stdout, stderr, and the files in `into`. */
async function written(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const { stdout, stderr } = await verifull(words, { folder, environment })
  return stdout + stderr
}

describe.each(Object.entries(CALLS))('%s', (_name, words) => {
  test.each(Object.entries(PLACES))('%s → in no format of the report', async (place, environment) => {
    const one = words[0] === 'doctor' ? (['json'] as const) : FORMATS
    for (const format of one) {
      const text = await written([...words, '--format', format], { NODE_ENV: 'production', ...environment })
      expect(text.length).toBeGreaterThan(0)
      if (!isPath(place)) expect(text).not.toContain(CANARY)
    }
  })
})

test.each([
  ['explain', ['explain', '--env-file', dotenv]],
  ['explain with a quotation mark that is not closed', ['explain', '--env-file', ending]],
  ['check', ['check', '--policy', 'production', '--env-file', dotenv]],
  ['check of a configuration', ['check', '--config', json]],
  ['doctor', ['doctor', '--timeout', '1', '--env-file', dotenv]],
  ['exec that is refused', ['exec', '--env-file', dotenv, '--', 'true']],
])('%s: a secret in a file → not in the report', async (_what, words) => {
  const text = await written(words, { NODE_ENV: 'production' })
  expect(text).not.toContain(CANARY)
})

const remote = `postgresql://app:${CANARY}@db.example/orders`

/** A secret in each kind of file that `scan` reads, whole and broken. */
const SOURCES: Readonly<Record<string, string>> = {
  'a.ts': `new Pool({ connectionString: '${remote}?sslmode=no-verify' })\nnew Pool({ host: 'db', password: '${CANARY}', ssl: { rejectUnauthorized: false } })`,
  'cut.ts': `new Pool({ connectionString: '${remote}?sslmode=no-verify`,
  '.env': `DATABASE_URL=${remote}?sslmode=disable\nDB_PASSWORD="${CANARY}\nPGPASSWORD=${CANARY}`,
  'compose.yaml': `services:\n  app:\n    environment:\n      DATABASE_URL: ${remote}?sslmode=disable\n      PGPASSWORD: ${CANARY}`,
  'broken.yaml': `a: [ ${CANARY}\nDATABASE_URL: ${remote}?sslmode=disable`,
  'config.json': `{"production": {"password": "${CANARY}", "dialectOptions": {"ssl": {"rejectUnauthorized": false, "key": "${CANARY}"}}, }}`,
  'schema.prisma': `datasource db {\n  url = "${remote}?sslaccept=accept_invalid_certs"\n}`,
  Dockerfile: `ENV PGPASSWORD=${CANARY} PGSSLMODE=require\nRUN psql "${remote}?sslmode=require"`,
  'main.tf': `resource "x" "y" {\n  url = "${remote}?sslmode=disable"`,
  'run.sh': `PGPASSWORD=${CANARY} psql "${remote}?sslmode=disable"`,
  'app.toml': `url = "${remote}?sslmode=disable"\npassword = "${CANARY}`,
  'key.pem': `-----BEGIN PRIVATE KEY-----\n${CANARY}`,
}

test.each(FORMATS)('scan, %s: secrets in every kind of file → places and fixes, no secret', async (format) => {
  const sources = join(folder, 'sources')
  mkdirSync(sources, { recursive: true })
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(sources, name), text, { mode: 0o600 })
  const text = await written(['scan', sources, '--format', format], {})
  for (const name of ['a.ts', '.env', 'compose.yaml', 'Dockerfile', 'schema.prisma']) expect(text).toContain(name)
  expect(text).not.toContain(CANARY)
})

test.each(['show', 'check'])('ca %s: a file with a private key → no byte of it', async (call) => {
  const bundle = file('bundle.pem', `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----\n${CANARY}`)
  const text = await written(['ca', call, bundle], {})
  expect(text).toContain('bundle.pem')
  expect(text).not.toContain(CANARY)
})

const key = file('key.pem', `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----\n`)

test.each([
  ['ca which', ['ca', 'which', 'localhost:1']],
  ['ca which of a URL', ['ca', 'which', url]],
  ['ca which with a private key as the bundle', ['ca', 'which', 'localhost:1', '--ca', key]],
  ['completion', ['completion', 'bash']],
])('%s: secrets in its words and variables → in nothing that it writes', async (_what, words) => {
  for (const environment of Object.values(PLACES)) {
    const text = await written(words, { ...environment, VERIFULL_DEBUG: '1' })
    expect(text.length).toBeGreaterThan(0)
    expect(text).not.toContain(CANARY)
  }
})

test.each(['conformance', 'rehearsal', 'chaos'])(
  '%s of the real harness: secrets in the variables → not in its output',
  (name) => {
    for (const words of [['--help'], ['--adapter', join(folder, 'none.js')]]) {
      const { stdout, stderr } = spawnSync(process.execPath, [PROGRAM, name, '--', ...words], {
        cwd: join(import.meta.dirname, '..'),
        env: { PATH: process.env.PATH, ...where, DB_PASSWORD: CANARY, DATABASE_URL: url, VAULT_TOKEN: CANARY },
        encoding: 'utf8',
      })
      expect(stdout + stderr).not.toBe('')
      expect(stdout + stderr).not.toContain(CANARY)
    }
  },
)

/** Prints all that a child can see of itself and of its parent: environment, arguments, streams. */
const SHOW = `
  const show = (pid) => ['cmdline', 'environ'].map((what) => fs.readFileSync('/proc/' + pid + '/' + what, 'latin1'))
  const [own, parent] = [show('self'), show(process.ppid)]
  fs.writeFileSync('seen.json', JSON.stringify({ arguments: own[0] + parent[0], own: own[1], environment: process.env }))
  process.stdout.write(own.join('\\n') + JSON.stringify(process.env) + Buffer.from('app:' + process.env.PGPASSWORD).toString('base64'))
  process.stderr.write(process.env.DATABASE_URL + ' ' + encodeURIComponent(process.env.PGPASSWORD))
  process.exitCode = 3`

test.runIf(process.platform === 'linux')(
  'exec: the secret → in the environment of the program alone, not in its arguments or output',
  async () => {
    const environment = { NODE_ENV: 'production', PATH: process.env.PATH, ...where, DB_PASSWORD: CANARY }
    const { code, stdout, stderr } = await verifull(['exec', '--', process.execPath, '-e', SHOW], {
      folder,
      environment,
    })
    const { arguments: words, environment: seen } = JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'))
    rmSync(join(folder, 'seen.json'))
    expect(code).toBe(3)
    expect(seen.PGPASSWORD).toBe(CANARY)
    expect(words).toContain(process.execPath)
    expect(words).not.toContain(CANARY)
    expect(stdout).toContain(`PGPASSWORD=${'*'.repeat(CANARY.length)}`)
    expect(stdout + stderr).not.toContain(CANARY)
    const encoded = stdout.slice(stdout.lastIndexOf('}') + 1).replaceAll('*', '')
    expect(Buffer.from(encoded, 'base64').toString()).not.toContain(CANARY.slice(0, 3))
  },
)

const CHANNELS = ['credentials', 'endpoint', 'policy', 'pool', 'tls'].map((name) => `verifull:${name}`)

test.each(Object.entries(CALLS))('events, %s: secrets in the settings → in none of them', async (_name, words) => {
  const events: unknown[] = []
  const note = (event: unknown) => void events.push(event)
  for (const name of CHANNELS) diagnostics.subscribe(name, note)
  try {
    for (const environment of Object.values(PLACES)) {
      await written(words, { NODE_ENV: 'development', ...environment })
    }
  } finally {
    for (const name of CHANNELS) diagnostics.unsubscribe(name, note)
  }
  if (words[0] === 'doctor') expect(events.length).toBeGreaterThan(0)
  expect(inspect(events, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(CANARY)
})

test('--output, --baseline and --bundle: a secret in the settings → in none of the files', async () => {
  const environment = { NODE_ENV: 'production', DATABASE_URL: `${url}?sslmode=disable` }
  await written(['check', '--inherit-env', '--output', 'report.sarif', '--format', 'sarif'], environment)
  await written(['check', '--inherit-env', '--baseline', 'baseline.json', '--update-baseline'], environment)
  await written(['doctor', '--timeout', '1', '--bundle', 'bundle.json'], { ...environment, DATABASE_URL: url })
  const names = readdirSync(folder)
  expect(names).toEqual(expect.arrayContaining(['report.sarif', 'baseline.json', 'bundle.json']))
  for (const name of ['report.sarif', 'baseline.json', 'bundle.json']) {
    const text = readFileSync(join(folder, name), 'utf8')
    expect(text.length).toBeGreaterThan(10)
    expect(text).not.toContain(CANARY)
  }
})

test('VERIFULL_DEBUG: an unexpected error with its stack → without the secret', async () => {
  const text = await written(['explain', '--output', '/nowhere/file'], {
    ...where,
    DB_PASSWORD: CANARY,
    VERIFULL_DEBUG: '1',
  })
  expect(text).not.toContain(CANARY)
})

test('top: secrets in the settings of a process → in no form of the picture, and not in its files', async () => {
  const places = Object.entries(PLACES).filter(([place]) => !isPath(place))
  const application = await startApplication(
    'orders',
    folder,
    `for (const environment of ${JSON.stringify(places.map(([, variables]) => variables))}) {
      await core.verifyConnection({ settings: { environment, failoverTimeoutMs: 0, warnings: false } }).catch(() => {})
    }`,
  )
  try {
    const call = (...words: readonly string[]) =>
      written(['top', ...words], { XDG_RUNTIME_DIR: folder, TMPDIR: folder })
    await call('--html', 'orders.html')
    const exposed = readdirSync(join(folder, 'verifull')).filter((name) => name.endsWith('.json'))
    const files = ['orders.html', ...exposed.map((name) => join('verifull', name))]
    const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'))
    for (const text of [await call('--once'), await call('--json'), ...texts]) {
      expect(text).toContain('orders')
      expect(text).not.toContain(CANARY)
    }
    expect(await call('--json')).toContain('ECONNREFUSED')
  } finally {
    await application.kill()
  }
})
