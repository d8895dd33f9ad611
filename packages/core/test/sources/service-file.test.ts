import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LayerDraft } from '../../src/sources/layer-draft.ts'
import { parseServiceFile } from '../../src/sources/service-file.ts'
import { plain, problemsOf, resolved, temporaryFile } from './reading.ts'

describe('service file: a section, as in libpq', () => {
  test.each<[string, Record<string, string>]>([
    ['[app]\nhost=h\ndbname=d\n', { host: 'h', database: 'd' }],
    ['# c\n[other]\nhost=no\n[app]\n\n  # c\n  host=h  \n[third]\nhost=no', { host: 'h' }],
    ['[app]\nhost=first\nhost=second', { host: 'first' }],
    ['[app]\nhost=first\n[app]\nport=1', { host: 'first' }],
    ["[app] # c\npassword=p=q 'x'", { password: "p=q 'x'" }],
    ['[app]\nuser=', {}],
  ])('%j', (text, expected) => {
    const draft = new LayerDraft('service file')
    expect(parseServiceFile(text, 'app', '/s.conf', draft)).toBe(true)
    expect(draft.problems).toEqual([])
    expect(plain(draft)).toEqual(expected)
  })
})

describe('service file: invalid → refused by line, never quoted', () => {
  test.each<[string, string]>([
    ['[app]\nCANARY', 'syntax error in service file "/s.conf", line 2: a "=" is missing'],
    ['[app]\nCANARY=1', 'syntax error in service file "/s.conf", line 2: there is no such parameter'],
    ['[app]\nhost =h', 'unknown parameter "host " (from service file "/s.conf", line 2); did you mean host?'],
    ['[app]\nsslmod=x', 'unknown parameter "sslmod" (from service file "/s.conf", line 2); did you mean sslmode?'],
    ['[app]\nservice=x', 'nested service specifications are not supported in service file "/s.conf", line 2'],
  ])('%j', (text, message) => {
    const draft = new LayerDraft('service file')
    parseServiceFile(text, 'app', '/s.conf', draft)
    expect(draft.problems.map((problem) => problem.message)).toEqual([message])
  })
})

describe('service file: location', () => {
  test('a service → overrides PG*, overridden by explicit settings', () => {
    const PGSERVICEFILE = temporaryFile('[app]\nhost=service\nport=1\nuser=service')
    const environment = { PGSERVICEFILE, PGSERVICE: 'app', PGHOST: 'variable', PGPORT: '2', DB_PORT: '3' }
    expect(resolved({ settings: { environment, user: 'explicit' } })).toMatchObject({
      host: ['service', `service app in ${PGSERVICEFILE}`],
      port: ['3', 'DB_PORT'],
      user: ['explicit', 'settings.user'],
    })
  })

  test('home directory, then PGSYSCONFDIR → the first with the service', () => {
    const HOME = dirname(temporaryFile('[other]\nhost=no', { name: '.pg_service.conf' }))
    const PGSYSCONFDIR = dirname(temporaryFile('[app]\nhost=system', { name: 'pg_service.conf' }))
    expect(resolved({ settings: { environment: { HOME, PGSYSCONFDIR }, service: 'app' } }).host).toEqual([
      'system',
      `service app in ${PGSYSCONFDIR}/pg_service.conf`,
    ])
  })

  test('a service in a URL → used', () => {
    const PGSERVICEFILE = temporaryFile('[app]\nhost=service')
    const environment = { PGSERVICEFILE, DATABASE_URL: 'postgres:///?service=app' }
    expect(resolved({ settings: { environment } }).host?.[0]).toBe('service')
  })

  test('an unknown service → a problem', () => {
    const PGSERVICEFILE = temporaryFile('[other]')
    expect(problemsOf({ settings: { environment: { PGSERVICEFILE, PGSERVICE: 'app' } } })).toEqual([
      `definition of service "app" (from PGSERVICE) not found in "${PGSERVICEFILE}"`,
    ])
    expect(problemsOf({ settings: { service: 'app' } })).toEqual([
      'definition of service "app" (from settings.service) not found in any file: neither PGSERVICEFILE nor PGSYSCONFDIR is set',
    ])
  })

  test('a named file that is missing → a problem', () => {
    const environment = { PGSERVICEFILE: '/nowhere/s.conf', PGSERVICE: 'app' }
    expect(problemsOf({ settings: { environment } })).toEqual([
      'service file "/nowhere/s.conf" does not exist; correct the path, or put the file there',
    ])
  })
})
