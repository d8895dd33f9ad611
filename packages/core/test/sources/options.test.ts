import { describe, expect, test } from 'vitest'
import { PG_SPELLING, type Spelling } from '../../src/parameters/option-spelling.ts'
import { readOptions } from '../../src/sources/options.ts'
import { collect, plain, problemsOf, resolved } from './reading.ts'

describe('options of pg', () => {
  test('connection options → read and removed; others → passed through', () => {
    const types = { getTypeParser: () => String }
    const unchanged = {
      host: 'h',
      user: 'u',
      database: 'd',
      password: 'p',
      application_name: 'a',
      options: '-c a=b',
      client_encoding: 'UTF8',
      sslnegotiation: 'direct',
    }
    const { layer, rest } = readOptions({
      ...unchanged,
      port: 1,
      enableChannelBinding: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: 1500,
      max: 5,
      min: 1,
      connectionTimeoutMillis: 2000,
      idleTimeoutMillis: 3000,
      statement_timeout: 4,
      types,
      allowExitOnIdle: true,
    })
    expect(layer.problems).toEqual([])
    expect(plain(layer)).toEqual({
      ...unchanged,
      port: '1',
      channel_binding: 'prefer',
      keepalives: '1',
      keepalives_idle: '2',
    })
    expect(layer.pool).toEqual({
      max: { value: 5, source: 'option max' },
      min: { value: 1, source: 'option min' },
      connectionTimeoutMillis: { value: 2000, source: 'option connectionTimeoutMillis' },
      idleTimeoutMillis: { value: 3000, source: 'option idleTimeoutMillis' },
    })
    expect(rest).toEqual({ statement_timeout: 4, types, allowExitOnIdle: true })
  })

  test('lists of hosts and ports → read', () => {
    expect(plain(readOptions({ host: ['a', 'b'], port: [1, 2] }).layer)).toEqual({ host: 'a,b', port: '1,2' })
  })

  test.each(['/only-verifull-may-connect', '/only-verifull-may-connect/replica-1'])(
    'the result of secureConfig(), %s → refused as options',
    (host) => {
      expect(readOptions({ host }).layer.problems).toEqual([
        {
          parameter: 'host',
          severity: 'refuse',
          message: `host=${host} (from option host) is what secureConfig() gives; call it once, with your own options`,
        },
      ])
    },
  )

  test("libpq's names → read", () => {
    const { layer, rest } = readOptions({ sslmode: 'verify-full', sslrootcert: 'system', hostaddr: '::1' })
    expect(plain(layer)).toEqual({ sslmode: 'verify-full', sslrootcert: 'system', hostaddr: '::1' })
    expect(rest).toEqual({})
  })

  test('undefined, null and empty → unset, and not passed through', () => {
    const { layer, url, rest } = readOptions({
      host: undefined,
      user: null,
      password: '',
      ssl: undefined,
      connectionString: '',
    })
    expect(plain(layer)).toEqual({})
    expect(url).toBeUndefined()
    expect(rest).toEqual({})
  })

  test('a string → a connection string', () => {
    expect(resolved({ options: 'postgres://u@h/d' })).toEqual({
      user: ['u', 'option connectionString'],
      host: ['h', 'option connectionString'],
      database: ['d', 'option connectionString'],
    })
  })

  test('frozen and non-enumerable properties → read; the given object → unchanged', () => {
    const ssl = Object.freeze(Object.defineProperty({ ca: 'CA' }, 'key', { value: '/k.pem', enumerable: false }))
    const options = Object.freeze(
      Object.defineProperties(
        { ssl, max: 5 },
        { password: { value: 'p', enumerable: false }, host: { get: () => 'h', enumerable: true } },
      ),
    )
    expect(plain(readOptions(options).layer)).toEqual({ host: 'h', password: 'p', sslrootcert: 'CA', sslkey: '/k.pem' })
    expect(Object.keys(options)).toEqual(['ssl', 'max', 'host'])
  })

  test.each<[Record<string, unknown>, string]>([
    [{ host: {} }, 'option host must be a string, not an object'],
    [{ user: true }, 'option user must be a string, not a boolean'],
    [{ keepAlive: 'yes' }, 'option keepAlive must be true or false, not a string'],
    [{ max: 'many' }, 'option max must be a number of 0 or more, not a string'],
    [{ port: 'x', host: 'a' }, ''],
  ])('%j', (options, message) => {
    expect(problemsOf({ options })).toEqual(message ? [message] : [])
  })
})

describe('option ssl', () => {
  test.each<[unknown, string | undefined]>([
    [true, 'verify-full'],
    ['true', 'verify-full'],
    [{}, 'verify-full'],
    [{ require: true }, 'verify-full'],
    [{ rejectUnauthorized: true }, 'verify-full'],
    [false, 'disable'],
    ['false', 'disable'],
    [undefined, undefined],
    [null, undefined],
  ])('%j → sslmode %j', (ssl, mode) => {
    expect(collect({ options: { ssl } }).values.sslmode?.value).toBe(mode)
  })

  test('an object → its keys are parameters, each with its source', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----'
    const ssl = {
      ca: [pem, Buffer.from(pem)],
      cert: '/c.pem',
      key: '/k.pem',
      passphrase: 'CANARY',
      crl: 'CRL',
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      servername: 'db.internal',
    }
    const merged = collect({ options: { host: '127.0.0.1', ssl } })
    expect(merged.problems).toEqual([])
    expect(merged.values).toMatchObject({
      sslmode: { value: 'verify-full', source: 'option ssl' },
      sslrootcert: { value: `${pem}\n${pem}`, source: 'option ssl.ca' },
      sslcert: { value: '/c.pem', source: 'option ssl.cert' },
      sslkey: { value: '/k.pem', source: 'option ssl.key' },
      sslcrl: { value: 'CRL', source: 'option ssl.crl' },
      ssl_min_protocol_version: { value: 'TLSv1.3', source: 'option ssl.minVersion' },
      ssl_max_protocol_version: { value: 'TLSv1.3', source: 'option ssl.maxVersion' },
    })
    expect(merged.values.sslpassword?.value.reveal()).toBe('CANARY')
    expect(merged.servername).toEqual({ value: 'db.internal', source: 'option ssl.servername' })
  })

  test('a CA beside a URL with sslmode → kept, unlike in pg', () => {
    const options = { connectionString: 'postgres://h?sslmode=require', ssl: { ca: 'CA', rejectUnauthorized: true } }
    expect(resolved({ options })).toEqual({
      host: ['h', 'option connectionString'],
      sslrootcert: ['CA', 'option ssl.ca'],
      sslmode: ['verify-full', 'option ssl.rejectUnauthorized'],
    })
  })

  test('verification turned off → a fact for the policy', () => {
    const merged = collect({ options: { ssl: { rejectUnauthorized: false, checkServerIdentity: () => undefined } } })
    expect(merged.problems).toEqual([])
    expect(merged.values.sslmode).toEqual({ value: 'require', source: 'option ssl.rejectUnauthorized' })
    expect(merged.verificationOff).toEqual(['option ssl.rejectUnauthorized=false'])
    expect(merged.ownIdentityCheck).toEqual(['option ssl.checkServerIdentity'])
  })

  const READ =
    'what is read is ca, cert, key, passphrase, crl, minVersion, maxVersion, servername or rejectUnauthorized'
  test.each<[unknown, string]>([
    ['require', 'option ssl must be true, false or an object, not "require"; use sslmode=require'],
    ['verify-full', 'option ssl must be true, false or an object, not "verify-full"; use sslmode=verify-full'],
    ['no-verify', 'option ssl must be true, false or an object, not "no-verify"; use sslmode=verify-full'],
    ['{"key":"CANARY"}', 'option ssl must be true, false or an object, not text; use sslmode=verify-full'],
    [1, 'option ssl must be true, false or an object, not a number'],
    [[], 'option ssl must be true, false or an object, not an array'],
    [{ rejectUnauthorized: 'false' }, 'option ssl.rejectUnauthorized must be true or false, not a string'],
    [{ rejectUnauthorized: 0 }, 'option ssl.rejectUnauthorized must be true or false, not a number'],
    [
      { secureContext: {} },
      'option ssl.secureContext is not supported; give ssl.ca, ssl.cert and ssl.key, from which one is made and shared',
    ],
    [
      { pfx: Buffer.of(1) },
      'option ssl.pfx is not supported; give the certificate in ssl.cert and its key in ssl.key, as PEM',
    ],
    [{ sslmode: 'require' }, 'option ssl.sslmode is not supported; use sslmode beside ssl, not in it'],
    [{ CA: 'x' }, `option ssl.CA is not supported; ${READ}`],
    [{ constructor: 'x' }, `option ssl.constructor is not supported; ${READ}`],
    [
      { ca: Buffer.of(48, 130) },
      'option ssl.ca holds bytes that are not PEM; convert it, as with openssl x509 -inform DER',
    ],
    [{ key: { pem: 'CANARY' } }, 'option ssl.key must be PEM text, a path, or bytes that are PEM, not an object'],
    [
      { minVersion: 'TLSv1.4' },
      'invalid ssl_min_protocol_version value "TLSv1.4" (from option ssl.minVersion); did you mean TLSv1.2?',
    ],
  ])('%j', (ssl, message) => {
    expect(problemsOf({ options: { ssl } })).toEqual([message])
  })
})

describe('option beside the connection string and in it', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ host: 'a' }, 'host=a (from option host) contradicts host=h (from option connectionString); remove one'],
    [{ port: 2 }, 'port=2 (from option port) contradicts port=1 (from option connectionString); remove one'],
    [{ user: 'x' }, 'user=x (from option user) contradicts user=u (from option connectionString); remove one'],
    [
      { database: 'x' },
      'database=x (from option database) contradicts database=d (from option connectionString); remove one',
    ],
    [
      { password: 'CANARY' },
      'the password (from option password) is not the password (from option connectionString); remove one',
    ],
    [
      { ssl: false },
      'sslmode=disable (from option ssl) contradicts sslmode=require (from option connectionString); remove one',
    ],
  ])('%j → a contradiction', (options, message) => {
    const connectionString = 'postgres://u:p@h:1/d?sslmode=require'
    expect(problemsOf({ options: { connectionString, ...options } })).toEqual([message])
  })

  test('equal values → no contradiction', () => {
    const options = {
      connectionString: 'postgres://u:p@h:1/d',
      host: 'h',
      port: 1,
      user: 'u',
      password: 'p',
      database: 'd',
    }
    expect(problemsOf({ options })).toEqual([])
  })
})

test('options: another spelling → read by its names', () => {
  const typeorm: Spelling = {
    url: 'url',
    username: 'user',
    type: 'untouched',
    database: 'database',
    extra: { within: PG_SPELLING },
  }
  const { layer, url, rest } = readOptions(
    {
      type: 'postgres',
      url: 'postgres://h',
      username: 'u',
      entities: [],
      extra: { ssl: true, application_name: 'a', query_timeout: 1 },
    },
    typeorm,
  )
  expect(plain(layer)).toEqual({ user: 'u', application_name: 'a' })
  expect(layer.encrypt).toEqual({ value: true, source: 'option extra.ssl=true' })
  expect(url?.source).toBe('option url')
  expect(rest).toEqual({ type: 'postgres', entities: [], extra: { query_timeout: 1 } })
})
