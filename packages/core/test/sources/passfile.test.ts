import { describe, expect, test } from 'vitest'
import { lookUp, parsePassfile, passwordFromPassfile } from '../../src/sources/passfile.ts'
import { temporaryFile } from './reading.ts'

const KEY = { host: 'db', port: 5432, database: 'app', user: 'me' }

describe('passfile: first matching line', () => {
  test.each<[string, Partial<typeof KEY>, string | undefined]>([
    ['db:5432:app:me:secret', {}, 'secret'],
    ['*:*:*:*:secret', {}, 'secret'],
    ['other:*:*:*:no\ndb:*:*:*:yes\n*:*:*:*:late', {}, 'yes'],
    ['#db:*:*:*:no\n*:*:*:*:yes', {}, 'yes'],
    ['db:5432:app:me:secret\r\n', {}, 'secret'],
    ['db:5432:app:me:a\\:b\\\\c', {}, 'a:b\\c'],
    ['db:5432:app:me:a:b', {}, 'a'],
    ['db:5432:app:me:a b ', {}, 'a b '],
    ['db:5432:app:m\\:e:x', { user: 'm:e' }, 'x'],
    ['db:5432:app:\\*:x', { user: '*' }, 'x'],
    ['db:5432:app:\\*:x', {}, undefined],
    ['::1:5432:app:me:x', { host: '::1' }, 'x'],
    ['localhost:*:*:*:x', { host: '/tmp' }, 'x'],
    ['/tmp:*:*:*:x', { host: '/tmp' }, 'x'],
    ['localhost:*:*:*:x', { host: '/elsewhere' }, undefined],
    ['localhost:*:*:*:x', { host: '' }, 'x'],
    ['db:5432:app:me', {}, undefined],
    [' db:5432:app:me:x', {}, undefined],
    ['d*:*:*:*:x', {}, undefined],
    ['', {}, undefined],
  ])('%j for %j → %j', (text, key, password) => {
    expect(lookUp(parsePassfile(text), { ...KEY, ...key })?.reveal()).toBe(password)
  })
})

describe('passfile: file', () => {
  test('mode 600 → read', () => {
    expect(passwordFromPassfile(temporaryFile('*:*:*:*:secret'), KEY).password?.reveal()).toBe('secret')
  })

  test('readable by others → ignored, with a warning', () => {
    const path = temporaryFile('*:*:*:*:secret', { mode: 0o640 })
    expect(passwordFromPassfile(path, KEY)).toEqual({
      warning: `password file "${path}" is not used: it has group or world access; permissions should be u=rw (0600) or less`,
    })
  })

  test('missing → ignored, as in libpq', () => {
    expect(passwordFromPassfile('/nowhere/.pgpass', KEY)).toEqual({})
  })

  test('not a regular file → ignored, with a warning', () => {
    expect(passwordFromPassfile('/', KEY)).toEqual({
      warning:
        'password file "/" is not used: it is a folder, not a regular file; give the path of a file that holds the text alone',
    })
  })
})
