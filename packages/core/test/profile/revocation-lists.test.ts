import { join } from 'node:path'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../src/parameters/settings.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { Folder } from '../tls/fixture.ts'
import { tlsOf } from './doors.ts'

const { root, crls } = await createHierarchy()
const folder = new Folder()
const list = folder.write('lists/root.crl', crls.empty)
const ca = folder.write('ca.crt', root.certificate)
const lists = join(folder.path, 'lists')

const problemsOf = (settings: Settings) =>
  explain({ settings: { user: 'app', policy: 'development', environment: {}, ...settings } }).problems.map(
    ({ message }) => message,
  )

/** Every setting that names a list. */
const NAMED: readonly (readonly [parameter: string, source: string, settings: Settings])[] = [
  ['sslcrl', 'settings.sslcrl', { sslcrl: list }],
  ['sslcrl', 'settings.sslcrl', { sslcrl: crls.empty }],
  ['sslcrldir', 'settings.sslcrldir', { sslcrldir: lists }],
  ['sslcrl', 'PGSSLCRL', { environment: { PGSSLCRL: list } }],
  ['sslcrldir', 'PGSSLCRLDIR', { environment: { PGSSLCRLDIR: lists } }],
  ['sslcrl', 'settings.url', { url: `postgresql://localhost/app?sslcrl=${list}` }],
]

describe('a revocation list that is named while no root is in use', () => {
  test.each(
    NAMED.flatMap(([parameter, source, settings]) =>
      (['allow', 'prefer', 'require'] as const).map((sslmode) => ({ parameter, source, settings, sslmode })),
    ),
  )('$parameter from $source, $sslmode → refused', ({ parameter, source, settings, sslmode }) => {
    expect(problemsOf({ host: 'localhost', sslmode, ...settings })).toEqual([
      `${parameter} (from ${source}) has no effect with sslmode=${sslmode} (from settings.sslmode) and no root certificate: nothing is verified; set sslrootcert or DB_SSL_CA to the CA certificate of the server, or sslmode=verify-full`,
    ])
  })

  test('and the mode is the default of a developer → refused', () => {
    expect(problemsOf({ host: 'localhost', sslcrl: list })).toEqual([
      expect.stringContaining('has no effect with sslmode=prefer (from default of policy development)'),
    ])
  })

  test('of a replica → refused', () => {
    const replica = { host: 'localhost', port: 5433, sslmode: 'require' as const, sslcrl: list }
    expect(problemsOf({ host: 'localhost', replicas: [replica] })).toEqual([
      expect.stringMatching(/^replica 1 .*: sslcrl .* has no effect/),
    ])
  })

  test('verify-ca → the missing root is the one problem', () => {
    expect(problemsOf({ host: 'localhost', sslmode: 'verify-ca', sslcrl: list })).toEqual([
      expect.stringMatching(/^root certificate is missing/),
    ])
  })
})

describe('a revocation list is taken', () => {
  test.each(NAMED)('%s from %s, with a root → in use', (_parameter, _source, settings) => {
    expect(problemsOf({ host: 'localhost', sslmode: 'require', ...settings, sslrootcert: ca })).toEqual([])
  })

  test.each(NAMED)(
    '%s from %s, verify-full → in use, with the roots of the system',
    (_parameter, _source, settings) => {
      expect(problemsOf({ host: 'localhost', sslmode: 'verify-full', ...settings })).toEqual([])
    },
  )

  test('with roots of a provider', () => {
    const tls = async () => ({ sslrootcert: root.certificate })
    expect(problemsOf({ host: 'localhost', sslmode: 'require', sslcrl: list, tls })).toEqual([])
  })

  test('with ~/.postgresql/root.crt', () => {
    folder.write('home/.postgresql/root.crt', root.certificate)
    const environment = { HOME: join(folder.path, 'home'), PGSSLCRL: list }
    expect(problemsOf({ host: 'localhost', sslmode: 'require', environment })).toEqual([])
  })

  test('by default and without a root → as libpq, it waits for one', async () => {
    folder.write('listed/.postgresql/root.crl', crls.empty)
    const environment = { HOME: join(folder.path, 'listed') }
    const settings = { host: 'localhost', user: 'app', sslmode: 'require', policy: 'development', environment } as const
    const { profile } = resolveProfile({ settings })
    expect((await tlsOf(profile)?.ready(new AbortController().signal))?.crl?.lists).toHaveLength(2)
  })
})
