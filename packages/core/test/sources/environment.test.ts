import { describe, expect, test } from 'vitest'
import { PARAMETER_NAMES, parameter } from '../../src/parameters/parameters.ts'
import { environmentOf } from '../../src/system/environment.ts'
import { collect, problemsOf, resolved, temporaryFile } from './reading.ts'

describe('PG* variables', () => {
  const legal: Record<string, string> = {
    sslcompression: '0',
    connect_timeout: '5',
    sslsni: '1',
    min_protocol_version: '3.0',
    client_encoding: 'UTF8',
  }
  const rows = PARAMETER_NAMES.flatMap((name) => {
    const { env, values, secret } = parameter(name)
    const text = legal[name] ?? values?.at(-1) ?? 'x'
    return env && name !== 'service' && secret !== 'always' && name !== 'gssencmode' ? [[env, name, text] as const] : []
  })
  test.each(rows)('%s → %s', (env, name, text) => {
    const { values, problems } = collect({ settings: { environment: { [env]: text } } })
    expect(problems).toEqual([])
    expect(values[name as 'host']?.source).toBe(env)
  })

  test('PGREQUIRESSL without PGSSLMODE → used', () => {
    expect(resolved({ settings: { environment: { PGREQUIRESSL: '1' } } }).sslmode).toEqual(['require', 'PGREQUIRESSL'])
    expect(resolved({ settings: { environment: { PGREQUIRESSL: '0' } } }).sslmode).toBeUndefined()
    expect(resolved({ settings: { environment: { PGREQUIRESSL: '1', PGSSLMODE: 'prefer' } } }).sslmode).toEqual([
      'prefer',
      'PGSSLMODE',
    ])
  })

  test('a value unknown to libpq → refused, not taken for disable', () => {
    expect(problemsOf({ settings: { environment: { PGSSLMODE: 'verify_full' } } })).toEqual([
      'invalid sslmode value "verify_full" (from PGSSLMODE); did you mean verify-full?',
    ])
  })
})

describe('DB_* variables', () => {
  test('each → read', () => {
    const environment = {
      DB_HOST: 'h',
      DB_PORT: '1',
      DB_NAME: 'd',
      DB_USER: 'u',
      DB_SSL_MODE: 'verify-ca',
      DB_SSL_CA: '/ca.pem',
      DB_SSL_CERT: '/c.pem',
      DB_SSL_KEY: '/k.pem',
    }
    expect(resolved({ settings: { environment } })).toEqual({
      host: ['h', 'DB_HOST'],
      port: ['1', 'DB_PORT'],
      database: ['d', 'DB_NAME'],
      user: ['u', 'DB_USER'],
      sslmode: ['verify-ca', 'DB_SSL_MODE'],
      sslrootcert: ['/ca.pem', 'DB_SSL_CA'],
      sslcert: ['/c.pem', 'DB_SSL_CERT'],
      sslkey: ['/k.pem', 'DB_SSL_KEY'],
    })
  })

  test('each other name → read', () => {
    const environment = {
      DB_DATABASE: 'd',
      DB_USERNAME: 'u',
      DB_PASS: 'p',
      DB_CA_CERT_PATH: '/ca.pem',
      DB_CLIENT_CERT_PATH: '/c.pem',
      DB_CLIENT_KEY_PATH: '/k.pem',
    }
    expect(resolved({ settings: { environment } })).toEqual({
      database: ['d', 'DB_DATABASE'],
      user: ['u', 'DB_USERNAME'],
      sslrootcert: ['/ca.pem', 'DB_CA_CERT_PATH'],
      sslcert: ['/c.pem', 'DB_CLIENT_CERT_PATH'],
      sslkey: ['/k.pem', 'DB_CLIENT_KEY_PATH'],
    })
    expect(collect({ settings: { environment } }).password?.source).toBe('DB_PASS')
  })

  test('pool limits → read', () => {
    const environment = { DB_POOL_MIN: '1', DB_POOL_MAX: '20', DB_CONNECTION_TIMEOUT: '5000', DB_IDLE_TIMEOUT: '0' }
    expect(collect({ settings: { environment, pool: { max: 7 } } }).pool).toEqual({
      min: { value: 1, source: 'DB_POOL_MIN' },
      max: { value: 7, source: 'settings.pool.max' },
      connectionTimeoutMillis: { value: 5000, source: 'DB_CONNECTION_TIMEOUT' },
      idleTimeoutMillis: { value: 0, source: 'DB_IDLE_TIMEOUT' },
    })
  })

  test('a key as text → a secret; a path → none', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----'
    for (const text of [pem, pem.replaceAll('\n', '\\n'), Buffer.from(pem).toString('base64')]) {
      const { values } = collect({ settings: { environment: { DB_SSL_KEY: text } } })
      expect(`${values.sslkey?.value}`).toBe('[secret]')
    }
  })

  test('empty → unset', () => {
    expect(
      resolved({
        settings: { environment: { DB_HOST: '', DB_SSL: '', DB_PASSWORD: '', DATABASE_URL: '', PGHOST: '' } },
      }),
    ).toEqual({})
  })

  test.each<[Record<string, string>, string]>([
    [{ DB_SSL: 'require' }, 'invalid DB_SSL value "require"; it must be true or false'],
    [{ DB_SSL_VERIFY: '2' }, 'invalid DB_SSL_VERIFY value "2"; it must be true or false'],
    [
      { DB_POOL_INSTANCES: '0' },
      'invalid pool.instances value "0" (from DB_POOL_INSTANCES); it must be an integer of 1 or more',
    ],
    [{ DB_POOL_MAX: 'ten' }, 'invalid pool.max value "ten" (from DB_POOL_MAX); it must be an integer of 0 or more'],
    [
      { DB_IDLE_TIMEOUT: '-1' },
      'invalid pool.idleTimeoutMillis value "-1" (from DB_IDLE_TIMEOUT); it must be an integer of 0 or more',
    ],
    [{ DB_NAME: 'a', DB_DATABASE: 'b' }, 'DB_NAME and DB_DATABASE are both set, and they differ; remove one'],
    [
      { DB_PASSWORD: 'CANARY', DB_PASS: 'CANARY2' },
      'DB_PASSWORD and DB_PASS are both set, and they differ; remove one',
    ],
    [{ DB_HOST: 'h', DB_HOST_FILE: '/h' }, 'DB_HOST and DB_HOST_FILE are both set; remove one'],
    [
      { DATABASE_URL: 'postgres://a:CANARY@h', DATABASE_PRIMARY_URL: 'postgres://b:CANARY@h' },
      'DATABASE_URL and DATABASE_PRIMARY_URL are both set, and they differ; remove one',
    ],
  ])('%j → refused', (environment, message) => {
    expect(problemsOf({ settings: { environment } })).toEqual([message])
  })

  test('two names with equal values → no problem', () => {
    const environment = {
      DATABASE_URL: 'postgres://h',
      DATABASE_WRITE_URL: 'postgres://h',
      DB_NAME: 'd',
      DB_DATABASE: 'd',
    }
    expect(problemsOf({ settings: { environment } })).toEqual([])
  })
})

describe('variable that names a file', () => {
  test.each(['DB_PASSWORD_FILE', 'DB_PASSWORD__FILE', 'FILE__DB_PASSWORD', 'DB_PASS_FILE'])(
    '%s → read for each connection',
    (name) => {
      const path = temporaryFile('CANARY\n')
      const merged = collect({ settings: { environment: { [name]: path } } })
      expect(merged.problems).toEqual([])
      expect(merged.password).toEqual({ value: { kind: 'file', path }, source: name })
    },
  )

  test('a user’s file → read for each connection, and overrides weaker users', () => {
    const path = temporaryFile('me')
    const merged = collect({ settings: { environment: { DB_USER_FILE: path, PGUSER: 'other' } } })
    expect(merged.userFile).toEqual({ value: path, source: 'DB_USER_FILE' })
    expect(merged.values.user).toBeUndefined()
    expect(merged.shadowed).toEqual([{ parameter: 'user', value: 'other', source: 'PGUSER', by: 'DB_USER_FILE' }])
  })

  test('a stronger user → overrides the file', () => {
    const environment = { DB_USER_FILE: temporaryFile('me') }
    const merged = collect({ settings: { environment, user: 'explicit' } })
    expect(merged.userFile).toBeUndefined()
    expect(merged.values.user?.value).toBe('explicit')
  })

  test.each([
    ['h', 'h'],
    ['h\n', 'h'],
    ['h\r\n', 'h'],
    ['h\n\n', 'h\n'],
    [' h ', ' h '],
  ])('%j → without one line feed', (text, host) => {
    expect(resolved({ settings: { environment: { DB_HOST_FILE: temporaryFile(text) } } }).host).toEqual([
      host,
      'DB_HOST_FILE',
    ])
  })

  test('a URL → read', () => {
    const path = temporaryFile('postgres://u:p@h/d\n')
    expect(resolved({ settings: { environment: { DATABASE_URL_FILE: path } } }).host).toEqual([
      'h',
      'DATABASE_URL_FILE',
    ])
  })

  test('TLS material → its path is the value', () => {
    expect(resolved({ settings: { environment: { DB_SSL_KEY_FILE: '/k.pem' } } }).sslkey).toEqual([
      '/k.pem',
      'DB_SSL_KEY_FILE',
    ])
  })

  test.each(['DB_PASSWORD_FILE', 'DB_USER_FILE', 'DB_HOST_FILE', 'DATABASE_URL_FILE'])(
    '%s, missing → refused at once',
    (name) => {
      expect(problemsOf({ settings: { environment: { [name]: '/nowhere/secret' } } })).toEqual([
        `the file "/nowhere/secret" (from ${name}) does not exist; correct the path, or put the file there`,
      ])
    },
  )

  test.each(['DB_PASSWORD_FILE', 'DATABASE_URL_FILE'])('%s, readable by others → refused', (name) => {
    const path = temporaryFile('CANARY', { mode: 0o644 })
    expect(problemsOf({ settings: { environment: { [name]: path } } })).toEqual([
      `the file "${path}" (from ${name}) can be read by others; chmod 600 it (640 where root owns it), or set mode 0400 on the mounted secret (defaultMode in Kubernetes)`,
    ])
  })
})

describe('settings.environment', () => {
  test('empty → nothing is read, not even home directory or user name', () => {
    expect(environmentOf({})).toEqual({ variables: {} })
    expect(collect({}).values).toEqual({})
  })

  test('given → its HOME is the home directory', () => {
    expect(resolved({ settings: { environment: { HOME: '/home/me' } } }).passfile).toEqual([
      '/home/me/.pgpass',
      'default',
    ])
  })

  test('absent → the process’s', () => {
    expect(environmentOf().variables).toBe(process.env)
    expect(environmentOf().home).not.toBe('')
  })
})
