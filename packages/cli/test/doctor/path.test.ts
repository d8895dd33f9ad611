import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Haproxy,
  haproxyHere,
  type PostgresPair,
  pgbouncerHere,
  startHaproxy,
  startPgbouncer,
  startPostgres,
  startPostgresPair,
} from '@verifull/test-harness'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CANARY, doctor, type Expected, expectOnly, file, HIERARCHY } from './examined.ts'

const { root, otherRoot, servers } = HIERARCHY
const { chain: certificate, key } = servers.good
const hba = ['hostssl all all all scram-sha-256']
let pair: PostgresPair
beforeAll(async () => {
  pair = await startPostgresPair({ tls: { certificate, key }, hba })
})
afterAll(() => pair?.stop())
const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function at(port: number, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    DB_HOST: 'localhost',
    DB_PORT: String(port),
    DB_NAME: 'app',
    DB_USER: 'scram_user',
    DB_PASSWORD_FILE: file('password', pair.primary.password('scram_user')),
    DB_SSL_CA: root.certificate,
    ...given,
  }
}

describe('doctor: the role of a server → a remark where it is not the one that its place needs', () => {
  const LIST = () => ({ DB_HOST: 'localhost,localhost', DB_PORT: `${pair.standby.port},${pair.primary.port}` })
  const REPLICA = (port: number) => ({ DB_READ_REPLICA_HOST: 'localhost', DB_READ_REPLICA_PORT: String(port) })

  test.each<[string, () => Record<string, string>, [rule: string, severity: string, what: RegExp, fix: RegExp][]]>([
    ['a primary and its standby', () => at(pair.primary.port, REPLICA(pair.standby.port)), []],
    [
      'a standby as the primary',
      () => at(pair.standby.port),
      [['error:STANDBY', 'warn', /is a standby, where every write fails/, /target_session_attrs=read-write/]],
    ],
    ['a standby that is demanded', () => at(pair.standby.port, { PGTARGETSESSIONATTRS: 'standby' }), []],
    [
      'the primary as a replica',
      () => at(pair.primary.port, REPLICA(pair.primary.port)),
      [['error:NO_STANDBY', 'note', /\(replica 1\) is no standby/, /DB_READ_REPLICA_HOST/]],
    ],
    [
      'a list of both, of which the primary is demanded',
      () => ({ ...at(1), ...LIST(), PGTARGETSESSIONATTRS: 'primary' }),
      [['error:WRONG_ROLE', 'note', /standby|recovery/, /another server of the list has the role/]],
    ],
  ])('%s', async (_, environment, expected) => {
    const { code, findings, unchecked } = await doctor(environment(), [pair.primary.password('scram_user')])
    expect({ code, unchecked }).toEqual({ code: 0, unchecked: [] })
    const remarks = findings.filter(({ rule }) => rule?.startsWith('error:'))
    expect(remarks.map(({ rule, severity, what, fix }) => [rule, severity, what, fix])).toEqual(
      expected.map(([rule, severity, what, fix]) => [
        rule,
        severity,
        expect.stringMatching(what),
        expect.stringMatching(fix),
      ]),
    )
  })
})

test('doctor: sslnegotiation=direct at PostgreSQL 15, which has none → the reset, and sslnegotiation=postgres', async () => {
  const old = await startPostgres({ major: 15, tls: { certificate, key }, hba })
  stops.push(old.stop)
  const given = { DB_PASSWORD_FILE: file('old', old.password('scram_user')) }
  expectOnly(await doctor(at(old.port, { ...given, PGSSLNEGOTIATION: 'direct' })), {
    code: 'ECONNRESET',
    what: /ended in the TLS handshake/,
    fix: /servers before PostgreSQL 17.* sslnegotiation=postgres/,
    unreachable: true,
  })
  expect(await doctor(at(old.port, given))).toMatchObject({ code: 0 })
})

describe('doctor: a socket or an address that cannot be used → the parameter to correct', () => {
  let folder: string
  let server: Server
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'verifull-sockets-'))
    mkdirSync(join(folder, 'dead'))
    writeFileSync(join(folder, 'dead/.s.PGSQL.5432'), '')
    server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve))
  })
  afterAll(() => {
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each<[string, (folder: string) => string, Omit<Expected, 'unreachable'>]>([
    [
      'the file in place of its folder',
      (path) => `${path}/.s.PGSQL.5432`,
      { code: 'ENOTDIR', what: /is a file/, fix: /set host to the folder/ },
    ],
    [
      'a socket without a server',
      (path) => `${path}/dead`,
      { code: 'ECONNREFUSED', what: /nothing listens/, fix: /left from a server/ },
    ],
    [
      'a socket whose server hangs up',
      (path) => path,
      { code: 'EPIPE', what: /ended before the server had answered/, fix: /log of the server/ },
    ],
    [
      'a link-local address without its interface',
      () => 'fe80::1',
      { code: 'EINVAL', what: /cannot connect to fe80::1/, fix: /fe80::1%eth0/ },
    ],
  ])('%s', async (_, host, expected) => {
    expectOnly(await doctor(at(5432, { DB_HOST: host(folder) })), { ...expected, unreachable: true })
  })
})

describe.runIf(haproxyHere())('doctor: HAProxy that ends TLS', () => {
  let proxy: Haproxy
  beforeAll(async () => {
    proxy = await startHaproxy({ servers: [{ port: pair.primary.port }], check: 'tls', tls: { certificate, key } })
  })
  afterAll(() => proxy?.stop())

  test('plaintext behind it, which the server rejects → that leg, not the mode of the client', async () => {
    expectOnly(await doctor(at(proxy.port, { PGSSLNEGOTIATION: 'direct' })), {
      code: 'error:28000',
      what: /TLS ends at a proxy or pooler, which goes on in plaintext/,
      fix: /server_tls_sslmode = verify-full in PgBouncer, ssl verify required/,
    })
  })

  test('it expects TLS from the first byte → sslnegotiation=direct', async () => {
    const expected = { code: 'ECONNRESET', what: /before the server had answered/, fix: /sslnegotiation=direct/ }
    expectOnly(await doctor(at(proxy.port)), { ...expected, unreachable: true })
  })
})

describe.runIf(pgbouncerHere())('doctor: PgBouncer without a server for the session → the pooler, and its log', () => {
  const WAITS = {
    code: 'ETIMEDOUT',
    what: /speaks TLS and then did not finish the login/,
    fix: /down, full, paused or not verified/,
    unreachable: true,
  } as const

  test.each<[string, { readonly port?: number; readonly serverCa?: string }, string, Record<string, string>, Expected]>(
    [
      ['the server is down', { port: 1 }, 'SHOW VERSION', {}, WAITS],
      ['it does not trust the server', { serverCa: otherRoot.certificate }, 'SHOW VERSION', {}, WAITS],
      ['it is paused', {}, 'PAUSE', {}, WAITS],
      [
        'the database is disabled',
        {},
        'DISABLE app',
        {},
        { code: '08P01', what: /has database "app" disabled/, fix: /ENABLE/, unreachable: true },
      ],
      [
        'its console',
        {},
        'SHOW VERSION',
        { DB_NAME: 'pgbouncer' },
        { code: 'error:08P01', what: /console of PgBouncer/, fix: /correct database/ },
      ],
    ],
  )('%s', async (_, { port = pair.primary.port, ...more }, command, given, expected) => {
    const users = { scram_user: pair.primary.password('scram_user') }
    const pooler = await startPgbouncer({ server: { port }, tls: { certificate, key }, users, ...more })
    stops.push(pooler.stop)
    await pooler.command(command)
    expectOnly(await doctor(at(pooler.port, given), [CANARY, users.scram_user], 1), expected)
  })
})
