import { describe, expect, test } from 'vitest'
import { explain, resolveProfile, type Settings } from '../../src/index.ts'

const BASE = { host: 'db.example', user: 'app', password: 'kahGh2-eiYo9', environment: {} } satisfies Settings
const problemsOf = (more: Settings, options: object = {}) =>
  explain({ settings: { ...BASE, ...more }, options }).problems.map(({ message }) => message)
const said = (what: string, source: string) => [
  `${what} (from ${source}) would corrupt text: the driver reads and writes UTF8 alone; remove it, PostgreSQL converts`,
]

describe('client_encoding: another than UTF8 → refused from every source', () => {
  test.each<[string, Settings, object, string[]]>([
    ['a setting', { client_encoding: 'LATIN1' }, {}, said('client_encoding=LATIN1', 'settings.client_encoding')],
    [
      'a variable',
      { environment: { PGCLIENTENCODING: 'win1252' } },
      {},
      said('client_encoding=win1252', 'PGCLIENTENCODING'),
    ],
    ['an option', {}, { client_encoding: 'SQL_ASCII' }, said('client_encoding=SQL_ASCII', 'option client_encoding')],
    [
      'a URL',
      { url: 'postgres://db.example/app?client_encoding=EUC_JP' },
      {},
      said('client_encoding=EUC_JP', 'settings.url'),
    ],
    [
      'options',
      { options: '-c statement_timeout=5s -c client_encoding=LATIN1' },
      {},
      said('client_encoding=LATIN1 in options', 'settings.options'),
    ],
    [
      'options, long form',
      { options: '--client-encoding=LATIN1' },
      {},
      said('client_encoding=LATIN1 in options', 'settings.options'),
    ],
  ])('%s', (_what, settings, options, messages) => {
    const { host: _host, ...rest } = BASE
    const base = 'url' in settings ? { ...rest, ...settings } : settings
    expect(
      'url' in settings
        ? explain({ settings: base as Settings }).problems.map(({ message }) => message)
        : problemsOf(settings, options),
    ).toEqual(messages)
  })
})

describe('client_encoding: UTF8 in any spelling → sent as UTF8', () => {
  test.each([undefined, 'UTF8', 'utf-8', 'Unicode', 'auto'])('%s', (client_encoding) => {
    const settings = { ...BASE, ...(client_encoding !== undefined && { client_encoding }) }
    expect(resolveProfile({ settings }).profile.startup.client_encoding).toBe('UTF8')
  })

  test('in options', () => {
    expect(problemsOf({ options: '-c client_encoding=utf8' })).toEqual([])
  })
})
