import { startHostileServer } from '@verifull/test-harness'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { resolveProfile, safeToRetry, verifyConnection } from '../../src/index.ts'
import { dataRow, errorResponse, readyForQuery } from '../wire/backend-messages.ts'
import { checked } from './checked.ts'

const { root, servers } = await createHierarchy()
const tls = { certificate: servers.good.chain, key: servers.good.key }

const answers = (...parts: readonly Buffer[]) => ({ bytes: Buffer.concat([...parts, readyForQuery]) })
const rejects = (code: string, text: string) => answers(errorResponse({ S: 'ERROR', C: code, M: text }))
const says = (value: string) => answers(dataRow(value))

/** A server by script that answers queries as the engine does, in order. */
async function engine(queries: readonly { readonly bytes: Buffer }[]) {
  const server = await startHostileServer({ tls, queries })
  onTestFinished(() => server.stop())
  return {
    host: 'localhost',
    port: server.port,
    user: 'app',
    database: 'orders',
    sslrootcert: root.certificate,
    environment: { NODE_ENV: 'production' },
  }
}

/** Rejections of the query about server and role, and the answers to `version()`, from the documentation of each engine. */
const WITHOUT_CATALOG: readonly (readonly [name: string, code: string, text: string, version: string])[] = [
  ['CockroachDB', '42883', 'unknown function: query_to_xml()', 'CockroachDB CCL v26.2.5 (x86_64-pc-linux-gnu)'],
  ['Aurora DSQL', '42P01', 'relation "pg_catalog.pg_authid" does not exist', 'PostgreSQL 16'],
  [
    'Redshift',
    '42883',
    'function pg_catalog.json_build_object does not exist',
    'PostgreSQL 8.0.2 on i686, Redshift 1.0.7',
  ],
  ['Materialize', '0A000', 'function is not supported', 'PostgreSQL 9.5.0 on x86_64 (Materialize 26.1.0)'],
]

describe('engines without PostgreSQL’s catalog', () => {
  test.each(WITHOUT_CATALOG)(
    '%s → verified by the client, and nothing about the server is claimed',
    async (_name, code, text, version) => {
      const settings = await engine([rejects(code, text), says(version), says('orders')])
      const { attestation, server, findings, notChecked } = await verifyConnection({ settings })
      expect(attestation.tls?.verification).toBe('full')
      expect(server).toMatchObject({ version, user: 'app', database: 'orders' })
      expect([server.encrypted, server.superuser]).toEqual([undefined, undefined])
      expect(notChecked).toMatchObject({ code, message: text })
      const rules = findings.map(({ rule }) => rule)
      expect(rules).not.toContain('plaintext-behind-proxy')
      expect(rules.filter((rule) => /^(server|role|public|log)-/.test(rule))).toEqual([])
    },
  )

  test('CockroachDB, doctor’s checks → the facts about the server are not checked, with the reason', async () => {
    const [[, code, text, version] = ['', '', '', '']] = WITHOUT_CATALOG
    const { facts, notChecked, refusal } = await checked(
      await engine([rejects(code, text), says(version), says('orders')]),
    )
    expect(facts.server).toBeUndefined()
    expect(notChecked).toMatchObject([{ facts: 'server', error: { code } }])
    expect(refusal).toBeUndefined()
  })

  test('PostgreSQL that rejects the query → its error, because it has all facts', async () => {
    const settings = await engine([
      rejects('42501', 'permission denied for view pg_stat_ssl'),
      says('PostgreSQL 18.7 on x86_64'),
    ])
    await expect(verifyConnection({ settings })).rejects.toMatchObject({ name: 'ServerError', code: '42501' })
  })

  test('YugabyteDB, which has PostgreSQL’s catalog and versions of its own → its age is not judged by PostgreSQL’s', async () => {
    const answer = {
      version: '11.2-YB-2.20.1.0-b0',
      versionNumber: '110002',
      product: 'PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64',
      user: 'app',
      database: 'orders',
      tls: { ssl: true, version: 'TLSv1.2', cipher: 'ECDHE-RSA-AES256-GCM-SHA384', clientdn: null },
      role: { superuser: false },
    }
    const settings = await engine([says(JSON.stringify(answer))])
    const { server, findings, notChecked } = await verifyConnection({ settings })
    expect(server).toMatchObject({ version: '11.2-YB-2.20.1.0-b0', encrypted: true, superuser: false })
    expect(notChecked).toBeUndefined()
    expect(findings.map(({ rule }) => rule)).not.toContain('server-ended')
  })
})

describe('nodes of a distributed engine', () => {
  test('a node that drains (57P01), and another → the other one, at once', async () => {
    const refused = { error: '57P01', message: 'server is not accepting clients, try another node' } as const
    const draining = await startHostileServer({ tls, answers: [refused] })
    onTestFinished(() => draining.stop())
    const { host, port, ...others } = await engine([])
    const hosts = { host: `${host},${host}`, port: `${draining.port},${port}` }
    const { profile } = resolveProfile({ settings: { ...others, ...hosts } })
    const began = performance.now()
    const { attestation, socket } = await dial(profile, {})
    socket.destroy()
    expect(attestation.port).toBe(port)
    expect(draining.connections.length).toBe(1)
    expect(performance.now() - began).toBeLessThan(2000)
  })

  test.each([
    ['40001', 'restart transaction: TransactionRetryWithProtoRefreshError: RETRY_SERIALIZABLE', true],
    ['40003', 'result is ambiguous: error=ba: Put, EndTxn', false],
    ['57P01', 'server is shutting down', false],
    ['XXUUU', 'node unavailable; try another peer', false],
  ])('%s %s → safe to run again: %s', (code, message, safe) => {
    expect(safeToRetry(Object.assign(new Error(message), { code }))).toBe(safe)
  })
})
