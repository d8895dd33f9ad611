import { explain, type Settings, secureConfig } from '@verifull/pg'
import fc from 'fast-check'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { CANARY, canaryIn } from './canary.ts'
import { shown } from './shown.ts'

const where = { host: '127.0.0.1', port: 1, user: 'app', database: 'app' }
const encoded = encodeURIComponent(CANARY)
const url = `postgres://app:${encoded}@127.0.0.1:1/app`
const raw = `postgres://app:${CANARY}@127.0.0.1:1/app`
const fileText = `host=127.0.0.1\npassword=${CANARY}`

/** All that is said about what was given: the error, or the configuration, the pool and its failure. */
async function said(options: unknown, settings: object): Promise<string> {
  const sources = { options, settings: { environment: { NODE_ENV: 'production' }, ...settings } } as const
  const explanation = shown(explain(sources as never))
  try {
    const config = secureConfig(options as pg.PoolConfig, sources.settings as Settings)
    const pool = new pg.Pool({ ...config, connectionTimeoutMillis: 500, min: 0 })
    const failure = await pool.query('select 1').catch((error: unknown) => error)
    const text = shown({ config, pool, failure })
    await pool.end()
    return explanation + text
  } catch (error) {
    return explanation + shown(error)
  }
}

/** Wrong places and unexpected forms of a secret. */
const MISPLACED: Readonly<Record<string, [options: unknown, settings?: object]>> = {
  'a URL whose password is not encoded': [raw],
  'the same with blanks around it': [` ${raw} `],
  'the same in quotes': [`"${raw}"`],
  'a URL without a scheme': [`app:${CANARY}@127.0.0.1:1/app`],
  'a URL of another scheme': [`mysql://app:${CANARY}@127.0.0.1/app`],
  'a password where the URL belongs': [CANARY],
  'a conninfo string whose password is not quoted': [`host=127.0.0.1 user=app password=blank ${CANARY}`],
  'a URL as the host': [{ ...where, host: url }],
  'a URL as the host, as it was written': [{ ...where, host: raw }],
  'a URL as DB_HOST': [{}, { environment: { DB_HOST: raw, DB_USER: 'app' } }],
  'a login before the host': [{ ...where, host: `app:${encoded}@127.0.0.1` }],
  'a URL as hostaddr': [where, { hostaddr: `app:${encoded}@127.0.0.1` }],
  'a URL as the database': [{ ...where, database: url }],
  'a URL as the user': [{ ...where, user: url }],
  'a URL as the application name': [{ ...where, application_name: url }],
  'a URL as the service': [where, { service: url }],
  'a password where its file belongs': [where, { environment: { DB_PASSWORD_FILE: CANARY } }],
  'a password where the URL’s file belongs': [where, { environment: { DATABASE_URL_FILE: CANARY } }],
  'a password in an object': [{ ...where, password: { value: CANARY } }],
  'a password in an array': [{ ...where, password: [CANARY] }],
  'a password in bytes': [{ ...where, password: Buffer.from(CANARY) }],
  'a passphrase in an object': [{ ...where, ssl: { passphrase: { value: CANARY } } }],
  'ssl as JSON': [{ ...where, ssl: JSON.stringify({ passphrase: CANARY }) }],
  'a key in an object': [{ ...where, ssl: { key: [{ pem: CANARY, passphrase: CANARY }] } }],
  'a key that is cut off': [{ ...where, ssl: { key: `-----BEGIN PRIVATE KEY-----\n${CANARY}` } }],
  'a key without its first line': [{ ...where, ssl: { key: `${CANARY}${'A/b+'.repeat(80)}` } }],
  'a key where the CA belongs': [
    { ...where, ssl: { ca: `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----` } },
  ],
  'a provider that is an object': [where, { secrets: { password: CANARY } }],
  'a provider that is the password': [where, { secrets: CANARY }],
  'a provider that throws it': [where, { secrets: () => Promise.reject(new Error(`no ${CANARY}`)) }],
  'a provider that throws it as name, code and cause': [
    where,
    { secrets: () => Promise.reject(Object.assign(new Error('x', { cause: CANARY }), { name: CANARY, code: CANARY })) },
  ],
  'a provider that throws a text': [where, { secrets: () => Promise.reject(CANARY) }],
  'a provider that throws at once': [
    where,
    {
      secrets: () => {
        throw new TypeError(CANARY)
      },
    },
  ],
  'a provider that gives a text': [where, { secrets: async () => CANARY }],
  'a provider that gives a user that is none': [
    where,
    { secrets: async () => ({ user: { CANARY }, password: CANARY }) },
  ],
  'a provider that gives a list': [where, { secrets: async () => ({ password: [CANARY] }) }],
  'a password function that gives an object': [{ ...where, password: () => ({ CANARY }) }],
  'an unknown setting': [where, { pasword: CANARY }],
  'a file that was pasted': [fileText],
  'a replica’s URL whose password is not encoded': [where, { replicas: [raw] }],
  'a login before the host of a replica': [where, { replicas: [`app:${CANARY}@127.0.0.1`] }],
  'a password where a replica belongs': [where, { replicas: [{ value: CANARY }] }],
  'pairs where a replica belongs': [where, { replicas: [`host=127.0.0.1 password=${CANARY}`] }],
  'a URL as the host of a replica': [where, { replicas: [{ host: raw }] }],
  'a URL as DB_READ_REPLICA_HOST': [where, { environment: { DB_READ_REPLICA_HOST: raw } }],
  'a password as DB_READ_REPLICA_PORT': [
    where,
    { environment: { DB_READ_REPLICA_HOST: '127.0.0.1', DB_READ_REPLICA_PORT: `app:${CANARY}@127.0.0.1` } },
  ],
  'a password where the file of a replica’s URL belongs': [where, { environment: { DATABASE_READ_URL_FILE: CANARY } }],
}

describe('what is said about a secret in the wrong place does not repeat it', () => {
  test.each(Object.entries(MISPLACED))('%s', async (_what, [options, settings = {}]) => {
    expect(canaryIn(await said(options, settings))).toEqual([])
  })
})

/** Pieces of connection strings. */
const PIECES = [
  ...['app', ':', '@', '/', '?', '&', '=', '#', '%', ' ', "'", ',', '[', '\\'],
  ...['host', 'host=', 'sslmode=', 'options=', 'port=', 'user=', 'sslmode=prefer', 'dbname=', '12'],
]
const junk = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(''))
const secret = fc.constantFrom(CANARY, encoded)

test('a connection string with anything around its password never shows it', () => {
  const inUrl = fc.tuple(secret, junk).map(([password, after]) => `postgres://app:${password}@${after}`)
  const inConninfo = fc
    .tuple(junk, secret, junk)
    .map(([before, password, after]) => `${before} password=${password}${after}`)
  const inNeither = fc.tuple(secret, junk).map(([password, after]) => `app:${password}@${after}`)
  fc.assert(
    fc.property(fc.oneof(inUrl, inConninfo, inNeither), (url) => {
      const { problems, settings } = explain({ settings: { url, environment: {} } })
      return canaryIn(JSON.stringify({ problems, settings })).length === 0
    }),
    { numRuns: 3000 },
  )
})
