import { afterAll, describe, expect, test } from 'vitest'
import { libpqOracle } from '../../src/oracle/libpq.ts'
import { type Adapter, defineAdapter } from '../../src/suite/adapter.ts'
import type { ConnectRequest } from '../../src/suite/connect-request.ts'
import { startWorld } from '../../src/suite/run/world.ts'
import { runCells, runSuite } from '../../src/suite/run.ts'

const libpq = await libpqOracle({ via: 'library' })
// Containers show neither the client's port nor a socket.
const world = await startWorld({ from: 'embedded' })
afterAll(async () => {
  await Promise.all([libpq.close(), world.stop()])
})

async function told(id: string, adapter: Adapter = libpq): Promise<readonly string[]> {
  const results = await runCells({ adapter, world, only: (cell) => cell.id === id })
  const events = results.flatMap((result) => result.events)
  return events.map(({ by, text }) => `${by}: ${text.replaceAll(/(port[= ])\d+/g, '$1…')}`)
}

describe('events of a cell', () => {
  test('a real server → the client’s messages and the server’s log, per connection', async () => {
    expect(await told('VF-MODE-002/good/allow')).toEqual([
      `suite: ${world.server}, role hostssl_user, certificate for db.test, localhost and 127.0.0.1`,
      'suite: connect: host=db.test hostaddr=127.0.0.1 port=… dbname=app user=hostssl_user password=*** sslrootcert={root} sslmode=allow',
      'client: connection 1: StartupMessage',
      'server: log: refused with 28000: no pg_hba.conf entry for host "127.0.0.1", user "hostssl_user", database "app", no encryption',
      'client: connection 2: SSLRequest ClientHello',
      'server: log: scram-sha-256, authorized as hostssl_user on app, TLSv1.3 TLS_AES_256_GCM_SHA384',
      'client: is connected, tls in 2 connections',
      'server: pg_stat_ssl: ssl=t version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 user=hostssl_user standby=f',
    ])
  })

  test('a hostile server → its trace', async () => {
    expect(await told('VF-WIRE-001/yes-then-close/require')).toEqual([
      'suite: a server that follows a script, certificate for db.test, localhost and 127.0.0.1',
      'suite: connect: host=db.test hostaddr=127.0.0.1 port=… dbname=app user=app password=*** sslrootcert={root} sslmode=require',
      'client: connection 1: SSLRequest ClientHello',
      expect.stringMatching(/^server: saw SSLRequest, ClientHello/),
      expect.stringMatching(/^client: refuses \((?:tls|network)\): /),
    ])
  })

  test('environment, home folder and URI → listed', async () => {
    expect(await told('VF-SETT-001/service')).toContain(
      'suite: environment: PGSERVICEFILE={service-require} PGSERVICE=suite',
    )
    expect(await told('VF-SETT-004/home')).toContain('suite: home folder: passfile')
    expect((await told('VF-SETT-003/password'))[1]).toMatch(
      /^suite: connect: postgresql:\/\/scram_user:\*\*\*@127\.0\.0\.1:\d+\/app\?sslmode=require$/,
    )
  })

  test('several servers → each with its own log', async () => {
    const events = await told('VF-HOST-002/read-write/standby-first')
    expect(events[0]).toBe('suite: servers: standby; primary')
    expect(events.filter((event) => event.startsWith('server: log: scram-sha-256, authorized'))).toHaveLength(2)
  })

  test('a cell that was not run → the reason', async () => {
    const bare = defineAdapter({ ...libpq, name: 'bare', capabilities: {} })
    expect(await told('VF-CERT-001/good', bare)).toEqual(['suite: not run: needs clientCertificates'])
  })

  test('cells in parallel → each has its own events', async () => {
    const results = await runCells({ adapter: libpq, world, requirements: ['VF-AUTH-001'], concurrency: 8 })
    for (const { id, events } of results) {
      const users = events.flatMap(({ text }) => /authorized as (\w+)/.exec(text)?.[1] ?? [])
      const asked = /user=(\w+)/.exec(events[1]?.text ?? '')?.[1]
      expect([id, new Set([...users, asked]).size]).toEqual([id, 1])
    }
    expect(results.filter(({ events }) => events.some(({ text }) => text.startsWith('log: '))).length).toBeGreaterThan(
      40,
    )
  })
})

/** A client that puts everything it was given into its error. */
const blabbing = defineAdapter({
  ...libpq,
  name: 'blabbing',
  async connect(request: ConnectRequest) {
    // The positive twin, which has no secret, succeeds.
    const given = ['password', 'sslcert'].some((name) => name in request.parameters) || 'uri' in request
    if (given) throw new Error(JSON.stringify(request))
    return libpq.connect(request)
  },
  refusalOf: (error) => ({ reason: 'unknown', message: String(error) }),
})

describe('results of a client that repeats its input', () => {
  test('passwords and paths → removed', async () => {
    const wanted = ['VF-AUTH-002', 'VF-SETT-003', 'VF-SETT-004', 'VF-CERT-001', 'VF-MODE-005'] as const
    const results = await runCells({ adapter: blabbing, world, requirements: wanted })
    expect(results.some(({ message }) => message?.includes('"password":"***"'))).toBe(true)
    const text = JSON.stringify(results)
    for (const role of ['scram_user', 'md5_user', 'password_user', 'hostssl_user'] as const) {
      expect(text).not.toContain(world.primary.password(role))
    }
    expect(text).not.toContain(world.materials.keyPassword)
    expect(text).not.toContain(world.primary.socketDirectory)
    for (const path of Object.values(world.materials.files)) expect(text).not.toContain(path)
  })

  test('a failed test → its message has none either', async () => {
    const complaints: Promise<void>[] = []
    runSuite({
      adapter: blabbing,
      world,
      only: ({ id }) => id === 'VF-AUTH-002/scram-right',
      test: (_, run) => complaints.push(run()),
    })
    const [complaint] = await Promise.allSettled(complaints)
    const text = String(complaint?.status === 'rejected' ? complaint.reason : 'passed')
    expect(text).toContain('"password":"***"')
    expect(text).not.toContain(world.primary.password('scram_user'))
  })
})
