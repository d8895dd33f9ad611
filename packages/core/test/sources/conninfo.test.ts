import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConnectionString } from '../../src/sources/connection-string.ts'
import { parseConninfo } from '../../src/sources/conninfo.ts'
import { isValue, plain } from './reading.ts'

describe('conninfo: pairs, as in libpq', () => {
  test.each<[string, Record<string, string>]>([
    ['', {}],
    [' \t\n', {}],
    ['host=a port=5', { host: 'a', port: '5' }],
    ['host = a\tport\n=\n5', { host: 'a', port: '5' }],
    ['user= port=1', { user: 'port=1' }],
    ["password='a b'", { password: 'a b' }],
    ["password='va\\'l\\\\ue' host=h", { password: "va'l\\ue", host: 'h' }],
    ['password=a\\ b', { password: 'a b' }],
    ["password=a'b", { password: "a'b" }],
    ["host='h'port='1'", { host: 'h', port: '1' }],
    ['host=a\\', { host: 'a' }],
    ["host=''", {}],
    ['host=a host=b', { host: 'b' }],
    ['password=a=b', { password: 'a=b' }],
    ['dbname=x', { database: 'x' }],
    ['database=x', { database: 'x' }],
    ['requiressl=0', { sslmode: 'prefer' }],
  ])('%j', (text, expected) => {
    const layer = parseConninfo(text, 'DATABASE_URL')
    expect(layer.problems).toEqual([])
    expect(plain(layer)).toEqual(expected)
  })
})

describe('conninfo: invalid → refused by position, never quoted', () => {
  test.each<[string, string]>([
    [
      'host=h password=a CANARY sslmode=require',
      'DATABASE_URL cannot be parsed at character 18: a "=" is missing; a value with blanks must stand in single quotes',
    ],
    [
      'password=a CANARY=b',
      'DATABASE_URL cannot be parsed at character 11: unknown parameter; a value with blanks must stand in single quotes',
    ],
    [
      'password=a sslmode=CANARY',
      'DATABASE_URL cannot be parsed at character 11: a value with blanks must stand in single quotes',
    ],
    ["password='CANARY", 'DATABASE_URL cannot be parsed at character 10: the closing single quote is missing'],
    ["password='CANARY\\'", 'DATABASE_URL cannot be parsed at character 10: the closing single quote is missing'],
    ['sslmod=require', 'unknown parameter "sslmod" (from DATABASE_URL); did you mean sslmode?'],
    [
      'uselibpqcompat=true',
      'unknown parameter "uselibpqcompat" (from DATABASE_URL); remove it: sslmode already means what it means in libpq',
    ],
  ])('%j', (text, message) => {
    expect(parseConninfo(text, 'DATABASE_URL').problems.map((problem) => problem.message)).toEqual([message])
  })

  test('a URL of JDBC → refused, with its own fix', () => {
    const { problems } = parseConnectionString('jdbc:postgresql://h/db?password=CANARY', 'DATABASE_URL')
    expect(problems.map(({ message }) => message)).toEqual([
      'DATABASE_URL is a URL of JDBC; leave out jdbc:, and write postgresql://USER@HOST:PORT/DATABASE',
    ])
  })

  test.each(['mysql://u:CANARY@h/db?a=b', 'POSTGRES://u:CANARY@h', 'CANARY'])(
    'neither URL nor conninfo, %j → refused',
    (text) => {
      expect(parseConnectionString(text, 'DATABASE_URL').problems.map((problem) => problem.message)).toEqual([
        'DATABASE_URL does not begin with postgresql:// or postgres://, and has no key=value pairs either; write postgresql://USER@HOST:PORT/DATABASE',
      ])
    },
  )
})

test('conninfo: quoted, then parsed → the same', () => {
  const words = fc.string({ minLength: 1 }).filter(isValue)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), words, (password, user) => {
      const text = `password = ${quoted(password)} user=${quoted(user)}`
      expect(plain(parseConninfo(text, 'url'))).toEqual({ password, user })
    }),
  )
})

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
