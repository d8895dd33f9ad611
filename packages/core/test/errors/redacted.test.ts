import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { redacted } from '../../src/errors/redacted.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { Secret } from '../../src/text/secret.ts'

const CANARY = 'kanarienvogel'
const KEY = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey

/** Everything that a printer could show of a value. */
function shown(value: unknown): string {
  const parts = [inspect(value, { depth: 20, showHidden: true }), String(value)]
  if (value instanceof Error) parts.push(value.message, String(value.stack))
  return parts.join('\n')
}

describe('redacted: text with a secret → without it, the rest as it was', () => {
  test.each([
    [
      'a URL',
      `connect postgresql://app:${CANARY}@db:5432/orders failed`,
      'connect postgresql://app:[secret]@db:5432/orders failed',
    ],
    ['a URL with an @ in the password', `postgres://app:x@${CANARY}@db/o`, 'postgres://app:[secret]@db/o'],
    ['a URL of Redis without a user', `redis://:${CANARY}@cache`, 'redis://:[secret]@cache'],
    [
      'a parameter of a URL',
      `jdbc:postgresql://db/o?user=app&password=${CANARY}&ssl=true`,
      'jdbc:postgresql://db/o?user=app&password=[secret]&ssl=true',
    ],
    ['a conninfo', `host=db password=${CANARY} sslmode=require`, 'host=db password=[secret] sslmode=require'],
    ['a conninfo with quotes', `host=db password='a ${CANARY} b' user=app`, 'host=db password=[secret] user=app'],
    ['a variable', `PGPASSWORD=${CANARY} psql`, 'PGPASSWORD=[secret] psql'],
    ['another variable', `DB_PASS: ${CANARY}`, 'DB_PASS: [secret]'],
    ['JSON', `{"user":"app","password":"a\\"${CANARY}"}`, '{"user":"app","password":[secret]}'],
    ['an object as printed', `{ user: 'app', password: '${CANARY}' }`, "{ user: 'app', password: [secret] }"],
    ['a header', `Authorization: Bearer ${CANARY}.x`, /^Authorization: \[secret\]/],
    ['a header of Vault', `x-vault-token: ${CANARY}`, 'x-vault-token: [secret]'],
    ['a token of Vault', `denied for hvs.CAESI${CANARY}1234567890`, 'denied for [secret]'],
    ['a JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIi${CANARY}.c2ln`, '[secret]'],
    ['a key id of AWS', 'AKIAIOSFODNN7EXAMPLE', '[secret]'],
    [
      'a signed URL of AWS',
      `https://s/?X-Amz-Security-Token=${CANARY}&X-Amz-Date=1`,
      'https://s/?X-Amz-Security-Token=[secret]&X-Amz-Date=1',
    ],
    ['a private key', `key:\n${KEY}\nend`, 'key:\n[private key]\n\nend'],
    ['a private key that is cut off', KEY.slice(0, 90), '[private key]'],
    ['SQL', `alter role app password '${CANARY}' valid until 'x'`, "alter role app password [secret] valid until 'x'"],
    [
      'SQL that is cut off',
      `create user app encrypted password '${CANARY}`,
      'create user app encrypted password [secret]',
    ],
    ['SQL in dollars', `alter user a password $$${CANARY}$$`, 'alter user a password [secret]'],
    ['a hash', `md5${'a'.repeat(32)}`, '[secret]'],
    ['a SCRAM secret', 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy', '[secret]'],
  ])('%s', (_what, text, expected) => {
    const out = redacted(text)
    expect(out).not.toContain(CANARY)
    if (expected instanceof RegExp) expect(out).toMatch(expected)
    else expect(out).toBe(expected)
  })
})

test.each([
  'password authentication failed for user "app"',
  'the secret "db/orders" of Vault cannot be read now: no response from VAULT_ADDR (ECONNREFUSED)',
  'connect ECONNREFUSED 127.0.0.1:5432',
  'syntax error at or near "token"',
  'getaddrinfo ENOTFOUND db.example',
  'see https://node.example/api/tls.html#tlsconnect',
  'postgresql://app@db/orders?sslmode=verify-full',
])('redacted: a text without a secret → as it is: %s', (text) => {
  expect(redacted(text)).toBe(text)
})

test('redacted: an error → the same class, code and properties; message, stack, cause and inner errors without the secret', () => {
  const cause = Object.assign(new TypeError(`cause postgresql://a:${CANARY}@h`), {
    config: { headers: { 'X-Vault-Token': CANARY } },
  })
  const error = new ServerError(`failed password=${CANARY}`, '28P01', { severity: 'FATAL' } as never, 10)
  Object.assign(error, {
    cause,
    errors: [new RangeError(`pwd=${CANARY}`)],
    parameters: [CANARY],
    password: CANARY,
    port: 5432,
  })
  const copy = redacted(error)
  expect(copy).toBeInstanceOf(ServerError)
  expect(copy).toMatchObject({ code: '28P01', name: 'ServerError', port: 5432, password: '[secret]' })
  expect((copy as { cause?: unknown }).cause).toBeInstanceOf(TypeError)
  expect((copy as unknown as { errors: unknown[] }).errors[0]).toBeInstanceOf(RangeError)
  expect(copy).not.toHaveProperty('parameters')
  expect(shown(copy)).not.toContain(CANARY)
  expect(error.message).toContain(CANARY)
})

test.each([
  ['a value under the name of a secret', { password: CANARY }],
  ['a name in capitals', { PGPASSWORD: CANARY, DB_PASSWORD: CANARY, AWS_SECRET_ACCESS_KEY: CANARY }],
  ['a name with a prefix', { dbPassword: CANARY, clientSecret: CANARY, apiKey: CANARY }],
  ['headers', { headers: { authorization: CANARY, cookie: CANARY } }],
  ['a list of objects', [{ user: 'app', password: CANARY }]],
  ['a connection string', { connectionString: `postgres://a:${CANARY}@h/d` }],
  ['a URL', new URL(`postgres://a:${CANARY}@h/d`)],
  ['a Map', new Map([['password', CANARY]])],
  ['a Set', new Set([`password=${CANARY}`])],
  ['bytes', Buffer.from(CANARY)],
  ['a Secret', { password: new Secret(CANARY), other: [new Secret(CANARY)] }],
  ['a symbol', { [Symbol('message')]: `password=${CANARY}` }],
  ['a key of TLS', { ssl: { key: KEY } }],
])('redacted: %s → without the secret', (_what, value) => {
  const before = shown(value)
  const copy = redacted(value)
  expect(shown(copy)).not.toContain(CANARY)
  expect(shown(copy)).not.toContain(KEY.slice(60, 90))
  expect(shown(value)).toBe(before)
})

test('redacted: a secret that is known → struck out wherever it stands', () => {
  expect(redacted({ note: `x${CANARY}y` }, [CANARY])).toEqual({ note: 'x[secret]y' })
})

test('redacted: cycles, getters that throw, frozen errors, proxies → a copy, and no getter is called', () => {
  const loop: Record<string, unknown> = { name: 'loop' }
  loop.self = loop
  const trap = Object.defineProperty({}, 'boom', {
    enumerable: true,
    get: () => {
      throw new Error('called')
    },
  })
  const frozen = Object.freeze(Object.assign(new Error(`password=${CANARY}`), { code: 'X' }))
  const proxy = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('called')
      },
    },
  )
  const copy = redacted({ loop, trap, frozen, proxy })
  expect(copy.loop.self).toBe(copy.loop)
  expect(copy.trap).toEqual({ boom: '[getter]' })
  expect(copy.frozen).toMatchObject({ code: 'X', message: 'password=[secret]' })
  expect(copy.proxy).toBe('[proxy]')
})

test('redacted: ten megabytes of text, or of separators, and 100,000 objects → done within a second', () => {
  const begun = performance.now()
  expect(redacted('a://b:'.repeat(2_000_000)).length).toBeLessThan(100_000)
  redacted('password'.repeat(100_000))
  redacted(`${'x-'.repeat(400_000)}=`)
  redacted(Array.from({ length: 100_000 }, () => ({ password: CANARY })))
  expect(performance.now() - begun).toBeLessThan(5000)
})
