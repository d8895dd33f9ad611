import { describe, expect, test } from 'vitest'
import { explain, type Settings } from '../../src/index.ts'

const problems = (environment: Record<string, string>, settings: Settings = {}) =>
  explain({
    settings: { ...settings, environment: { NODE_ENV: 'production', DB_USER: 'app', ...environment } },
  }).problems.map(({ message }) => message)

const QUOTED = 'is in quotation marks, which docker --env-file and some shells keep; remove them'

describe('a value that stands for one and is none → said, and not repeated', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a host in quotation marks', { DB_HOST: '"db.example"' }, `host (from DB_HOST) ${QUOTED}`],
    ['a host in single ones', { PGHOST: "'db.example'" }, `host (from PGHOST) ${QUOTED}`],
    ['a mode in quotation marks', { DB_SSL_MODE: "'verify-full'" }, `sslmode (from DB_SSL_MODE) ${QUOTED}`],
    ['a path in quotation marks', { DB_SSL_CA: '"/run/ca.crt"' }, `sslrootcert (from DB_SSL_CA) ${QUOTED}`],
    ['a URL in quotation marks', { DATABASE_URL: '"postgres://app@h/db"' }, `DATABASE_URL ${QUOTED}`],
    ['undefined', { DB_HOST: 'undefined' }, 'host (from DB_HOST) is what JavaScript writes'],
    ['null', { DB_NAME: 'null' }, 'database (from DB_NAME) is what JavaScript writes'],
    [
      'undefined in a URL',
      { DATABASE_URL: 'postgres://undefined:undefined@undefined/undefined' },
      'user (from DATABASE_URL) is',
    ],
    ['undefined for a password', { DB_PASSWORD: 'undefined' }, 'password (from DB_PASSWORD) is'],
    ['a variable', { DB_HOST: `\${DATABASE_HOST}` }, 'host (from DB_HOST) is a variable that was not expanded'],
    ['a variable for a password', { DB_PASSWORD: `\${DATABASE_SECRET}` }, 'password (from DB_PASSWORD) is a variable'],
    [
      'the password of Supabase',
      { DATABASE_URL: 'postgres://app:[YOUR-PASSWORD]@db.example/x' },
      'password (from DATABASE_URL) is a placeholder',
    ],
    ['a password of an example', { DB_PASSWORD: '<password>' }, 'password (from DB_PASSWORD) is a placeholder'],
    ['a user of an example', { DB_USER: '<your user>' }, 'user (from DB_USER) is a placeholder'],
    ['a template', { DB_NAME: '{{ name }}' }, 'database (from DB_NAME) is a place in a template'],
    ['a carriage return', { DB_NAME: 'orders\r' }, 'database (from DB_NAME) ends in a carriage return'],
  ])('%s', (_what, environment, message) => {
    const [first, ...others] = problems(environment)
    expect(first).toContain(message)
    for (const text of [first, ...others]) expect(text).not.toMatch(/YOUR|<password|DATABASE_(HOST|SECRET)|\{\{/)
  })

  test.each<[string, Record<string, string>]>([
    ['passwords that look odd', { DB_PASSWORD: '"kahGh2-eiYo9"' }],
    ['a password with brackets', { DB_PASSWORD: '<kahGh2>' }],
    ['a password with a dollar sign', { DB_PASSWORD: '$kahGh2${x' }],
    ['a host with a word in it', { DB_HOST: 'undefined-host.example' }],
    ['a database with a quotation mark', { DB_NAME: '"orders' }],
    ['a user with a dollar sign', { DB_USER: 'app$1' }],
  ])('%s → taken as they are', (_what, environment) => {
    expect(problems({ DB_HOST: 'db.example', ...environment })).toEqual([])
  })
})

describe('a path that is not absolute → the one that was tried', () => {
  test('DB_SSL_CA=./ca.crt and ~/ca.crt', () => {
    const said = (path: string) => problems({ DB_HOST: 'db.example', DB_SSL_CA: path })[0]
    expect(said('./nowhere/ca.crt')).toContain(`; here that is ${process.cwd()}/nowhere/ca.crt`)
    expect(said('nowhere/ca.crt')).toContain(`; here that is ${process.cwd()}/nowhere/ca.crt`)
    expect(said('~/ca.crt')).toContain('; a ~ is not expanded here, write the whole path')
    expect(said('/nowhere/ca.crt')).not.toContain('; here that is')
  })

  test('DB_PASSWORD_FILE=./password and ~/password', () => {
    const said = (path: string) => problems({ DB_HOST: 'db.example', DB_PASSWORD_FILE: path })[0]
    expect(said('./nowhere')).toContain(`(from DB_PASSWORD_FILE; here that is ${process.cwd()}/nowhere)`)
    expect(said('~/password')).toContain('(from DB_PASSWORD_FILE; a ~ is not expanded here, write the whole path)')
  })
})

test('a URL of Prisma → every word at once, each with what to write', () => {
  const query =
    'schema=app&connection_limit=5&pool_timeout=2&pgbouncer=true&sslaccept=strict&socket_timeout=3&statement_cache_size=0'
  const said = problems({ DATABASE_URL: `postgresql://app@db.example/orders?${query}` })
  expect(said.map((message) => /"(\w+)"/.exec(message)?.[1])).toEqual(
    query.split('&').map((pair) => pair.split('=')[0]),
  )
  expect(said[0]).toContain('options=-c%20search_path%3DNAME')
})

test('the advice for ?schema= → a URL that is accepted', () => {
  expect(problems({ DATABASE_URL: 'postgresql://app@db.example/orders?options=-c%20search_path%3Dapp' })).toEqual([])
})
