import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseUrl } from '../../src/sources/url.ts'
import { isValue, plain } from './reading.ts'

const ENCODE = 'a password with # / ? % @ must be percent-encoded, or use PGPASSWORD or a password file'

describe('url: as in libpq', () => {
  test.each<[string, Record<string, string>]>([
    ['postgresql://', {}],
    ['postgres://u@', { user: 'u' }],
    ['postgres://:p@', { password: 'p' }],
    ['postgres://:@h', { host: 'h' }],
    ['postgres://u:p@h:1/db', { user: 'u', password: 'p', host: 'h', port: '1', database: 'db' }],
    ['postgres://u:p:q@h', { user: 'u', password: 'p:q', host: 'h' }],
    ['postgres://u:p#w@h:1/db', { user: 'u', password: 'p#w', host: 'h', port: '1', database: 'db' }],
    ['postgres://u:p?w@h/db', { user: 'u', password: 'p?w', host: 'h', database: 'db' }],
    ['postgres://u:%23%2F%3f%25%40@h', { user: 'u', password: '#/?%@', host: 'h' }],
    ['postgres://h1:1,h2,h3:3/db', { host: 'h1,h2,h3', port: '1,,3', database: 'db' }],
    ['postgres://,h:1,:2/', { host: ',h,', port: ',1,2' }],
    ['postgres://a%2Cb,c/', { host: 'a,b,c', port: ',' }],
    ['postgres://[::1]:5433,[fe80::1%25eth0]/db', { host: '::1,fe80::1%eth0', port: '5433,', database: 'db' }],
    ['postgres://%2Ftmp:1/db', { host: '/tmp', port: '1', database: 'db' }],
    ['postgresql:///db?host=/tmp', { host: '/tmp', database: 'db' }],
    ['postgresql:///db?host=@/tmp', { host: '@/tmp', database: 'db' }],
    ['postgres://h//db', { host: 'h', database: '/db' }],
    ['postgres://h/db#1', { host: 'h', database: 'db#1' }],
    ['postgres://h?dbname=x&user=a%20b', { host: 'h', database: 'x', user: 'a b' }],
    ['postgres://h?host=a&host=b&', { host: 'b' }],
    ['postgres://u@h?user=', { host: 'h' }],
    ['postgres:// u : p @ h / db ', { user: 'u', password: 'p', host: 'h', database: 'db' }],
    ['postgres://h/d%C3%A9', { host: 'h', database: 'dé' }],
    ['postgres://h?ssl=true', { host: 'h', sslmode: 'require' }],
    ['postgres://h?requiressl=1', { host: 'h', sslmode: 'require' }],
    ['postgres://h/?user=a@b&password=c@d', { host: 'h', user: 'a@b', password: 'c@d' }],
  ])('%s', (url, expected) => {
    const layer = parseUrl(url, 'DATABASE_URL')
    expect(layer.problems).toEqual([])
    expect(plain(layer)).toEqual(expected)
  })

  test('ssl=true beside a stricter mode → the stricter mode, unlike in libpq', () => {
    expect(plain(parseUrl('postgres://h?sslmode=verify-full&ssl=true', 'url'))).toEqual({
      host: 'h',
      sslmode: 'verify-full',
    })
  })
})

const PERCENT =
  'a % begins an encoded byte and needs two hexadecimal digits behind it; the character itself is written %25'
const SPACE = 'a space inside a part must be written %20'

describe('url: invalid → refused by position, never quoted', () => {
  test.each<[string, string]>([
    ['postgres://u:CANARY%x@h/db', `DATABASE_URL cannot be parsed at character 20 (userinfo): ${PERCENT}`],
    ['postgres://u:CANARY%@h/db', `DATABASE_URL cannot be parsed at character 20 (userinfo): ${PERCENT}`],
    ['postgres://u@h/db%zz', `DATABASE_URL cannot be parsed at character 18 (database): ${PERCENT}`],
    ['postgres://u:CANARY x@h/db', `DATABASE_URL cannot be parsed at character 20 (userinfo): ${SPACE}`],
    ['postgres://u:CANARY/x@h/db', `DATABASE_URL cannot be parsed at character 14 (userinfo): ${ENCODE}`],
    ['postgres://u:12/CANARY@h/db', `DATABASE_URL cannot be parsed at character 23 (userinfo): ${ENCODE}`],
    ['postgres://u:a@CANARY@h/db', `DATABASE_URL cannot be parsed at character 22 (userinfo): ${ENCODE}`],
    ['postgres://u:a@b/CANARY@h/db', `DATABASE_URL cannot be parsed at character 24 (userinfo): ${ENCODE}`],
    ['postgres://u:12/x?CANARY@h/db', `DATABASE_URL cannot be parsed at character 19 (query): ${ENCODE}`],
    ['postgres://u:12/x?CANARY=1@h/db', `DATABASE_URL cannot be parsed at character 19 (query): ${ENCODE}`],
    ['postgres://u:12/x?sslmode=CANARY@h/db', `DATABASE_URL cannot be parsed at character 19 (query): ${ENCODE}`],
    ['postgres://u@h/db?password=a&CANARY=1', `DATABASE_URL cannot be parsed at character 30 (query): ${ENCODE}`],
    [
      'postgres://u@h/db?password=a=CANARY',
      `DATABASE_URL cannot be parsed at character 19 (query): a "=" in a value must be written %3D`,
    ],
    ['postgres://h/db?CANARY', 'DATABASE_URL cannot be parsed at character 17 (query): a "=" is missing'],
    [
      'postgres://[::1/db',
      'DATABASE_URL cannot be parsed at character 12 (host): the "]" after an IPv6 address is missing',
    ],
    ['postgres://[]/db', 'DATABASE_URL cannot be parsed at character 12 (host): the IPv6 address in brackets is empty'],
    [
      'postgres://[::1]x/db',
      'DATABASE_URL cannot be parsed at character 17 (port): a port is a number, and an IPv6 address stands in brackets',
    ],
    [
      'postgres://::1/db',
      'DATABASE_URL cannot be parsed at character 13 (port): a port is a number, and an IPv6 address stands in brackets',
    ],
    [
      'postgres://h/db\n',
      'DATABASE_URL cannot be parsed at character 16 (white space): remove the line feed, tab or control character',
    ],
    ['postgres://u:%00@h', 'DATABASE_URL cannot be parsed at character 14 (userinfo): a NUL character cannot be sent'],
    [
      'postgres://u:%FF@h',
      'DATABASE_URL cannot be parsed at character 14 (userinfo): what is percent-encoded is not UTF-8',
    ],
  ])('%j', (url, message) => {
    const layer = parseUrl(url, 'DATABASE_URL')
    expect(layer.problems.map((problem) => problem.message)).toEqual([message])
    expect(plain(layer)).toEqual({})
  })
})

describe('url: a parameter unknown to libpq → refused with the right one', () => {
  test.each<[string, string]>([
    ['sslmod=require', 'unknown parameter "sslmod" (from DATABASE_URL); did you mean sslmode?'],
    ['channelBinding=require', 'unknown parameter "channelBinding" (from DATABASE_URL); did you mean channel_binding?'],
    ['constructor=1', 'unknown parameter "constructor" (from DATABASE_URL); libpq has none of this name'],
    ['=1', 'unknown parameter "" (from DATABASE_URL); libpq has none of this name'],
    ['ssl=require', `unknown parameter ssl="require" (from DATABASE_URL); libpq's word is sslmode, as sslmode=require`],
    ['ssl=false', `unknown parameter ssl="false" (from DATABASE_URL); libpq's word is sslmode, as sslmode=disable`],
    [
      'ssl=no-verify',
      `unknown parameter ssl="no-verify" (from DATABASE_URL); libpq's word is sslmode, as sslmode=verify-full`,
    ],
    [
      'uselibpqcompat=true',
      'unknown parameter "uselibpqcompat" (from DATABASE_URL); remove it: sslmode already means what it means in libpq',
    ],
    [
      'sslaccept=accept_invalid_certs',
      'unknown parameter "sslaccept" (from DATABASE_URL); use sslmode=verify-full, with the CA certificate of the server in sslrootcert',
    ],
    ['pgbouncer=true', 'unknown parameter "pgbouncer" (from DATABASE_URL); remove it: it is a word of Prisma'],
    [
      'schema=app',
      `unknown parameter "schema" (from DATABASE_URL); libpq's word is options; in a URL write options=-c%20search_path%3DNAME, elsewhere options=-c search_path=NAME`,
    ],
    [
      'connection_limit=5',
      'unknown parameter "connection_limit" (from DATABASE_URL); it belongs to the pool, not to the connection string: remove it and set max of the pool (DB_POOL_MAX)',
    ],
  ])('?%s', (query, message) => {
    const layer = parseUrl(`postgres://h/db?${query}&application_name=x`, 'DATABASE_URL')
    expect(layer.problems.map((problem) => problem.message)).toEqual([message])
    expect(plain(layer)).toEqual({ host: 'h', database: 'db', application_name: 'x' })
  })
})

test('url: encoded, then parsed → the same', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !value.includes('\0') && isValue(value))
  // text that cannot be a host is refused
  const host = fc.string({ unit: fc.constantFrom('a', 'Z', '1', '-', '_', 'ü', '例'), minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      text,
      text,
      fc.array(fc.tuple(host, fc.nat(65535)), { minLength: 1, maxLength: 3 }),
      text,
      text,
      (user, password, hosts, database, app) => {
        const authority = hosts.map(([name, port]) => `${encode(name)}:${port}`).join(',')
        const url = `postgresql://${encode(user)}:${encode(password)}@${authority}/${encode(database)}?application_name=${encode(app)}`
        expect(plain(parseUrl(url, 'url'))).toEqual({
          user,
          password,
          host: hosts.map(([name]) => name).join(','),
          port: hosts.map(([, port]) => port).join(','),
          database,
          application_name: app,
        })
      },
    ),
  )
})

/** Encodes the characters that encodeURIComponent leaves; libpq does not need it, but the test is stronger. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
}
