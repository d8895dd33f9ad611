import {
  type Pgbouncer,
  type PostgresServer,
  pgbouncerHere,
  startPgbouncer,
  startPostgres,
} from '@verifull/test-harness'
import { startHostileServer } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataRow, errorResponse, readyForQuery } from '../../../core/test/wire/backend-messages.ts'
import { CANARY, doctor, type Expected, expectOnly, file, HIERARCHY, loginVariables } from './examined.ts'

const { chain: certificate, key } = HIERARCHY.servers.good

test('doctor: CockroachDB, which rejects the query about the server → a note that says so, and no failure', async () => {
  const queries = [
    {
      bytes: Buffer.concat([
        errorResponse({ S: 'ERROR', C: '42883', M: 'unknown function: query_to_xml()' }),
        readyForQuery,
      ]),
    },
    ...['CockroachDB CCL v26.2.5', 'orders'].map((value) => ({
      bytes: Buffer.concat([dataRow(value), readyForQuery]),
    })),
  ]
  const script = { tls: { certificate, key }, answers: [{ scram: { password: CANARY } }], queries } as const
  const server = await startHostileServer(script)
  const report = await doctor(loginVariables(server.port, 'owner_user', CANARY))
  await server.stop()
  expect(report).toMatchObject({ code: 0, unchecked: [] })
  expect(report.findings.find(({ rule }) => rule === 'error:ENGINE')).toMatchObject({
    severity: 'note',
    what: expect.stringMatching(/is CockroachDB CCL v26\.2\.5, without PostgreSQL's catalog: .* were not checked/),
  })
})

const POOLER = pgbouncerHere()
describe.runIf(POOLER)('doctor: PgBouncer', () => {
  let postgres: PostgresServer
  let pooler: Pgbouncer
  beforeAll(async () => {
    postgres = await startPostgres({
      tls: { certificate, key },
      roles: [{ name: 'full_user', password: CANARY, attributes: 'connection limit 0' }],
      hba: ['hostnossl all scram_user all scram-sha-256', 'hostssl all scram_user,full_user all scram-sha-256'],
    })
    const users = { scram_user: postgres.password('scram_user'), full_user: CANARY }
    pooler = await startPgbouncer({ server: postgres, tls: { certificate, key }, users })
  })
  afterAll(async () => {
    await pooler?.stop()
    await postgres?.stop()
  })

  function throughPooler(user: string, given: Readonly<Record<string, string>> = {}): Record<string, string> {
    const password = user === 'scram_user' ? postgres.password('scram_user') : CANARY
    return loginVariables(pooler.port, user, password, given)
  }

  test('it goes on to the server in plaintext → that leg', async () => {
    const users = { scram_user: postgres.password('scram_user') }
    const settings = { server_tls_sslmode: 'disable' }
    const plain = await startPgbouncer({ server: postgres, tls: { certificate, key }, users, settings })
    const report = await doctor(throughPooler('scram_user', { DB_PORT: String(plain.port) }))
    await plain.stop()
    const what = /encrypted up to a proxy or pooler and plaintext behind it/
    expectOnly(report, { code: 'plaintext-behind-proxy', what, fix: /server_tls_sslmode=verify-full/ })
  })

  test.each<[string, string, Readonly<Record<string, string>>, Expected]>([
    [
      'a start-up parameter',
      'scram_user',
      { PGOPTIONS: '-c geqo=off' },
      { code: 'error:08P01', what: /startup parameter/, fix: /ignore_startup_parameters/ },
    ],
    [
      'channel_binding=require',
      'scram_user',
      { PGCHANNELBINDING: 'require' },
      { code: 'error:AUTH_CHANNEL_BINDING', what: /SCRAM-SHA-256 only/, fix: /connect to the server itself/ },
    ],
    [
      'a wrong password',
      'scram_user',
      { DB_PASSWORD_FILE: file('wrong', `${CANARY}-wrong`) },
      { code: 'error:08P01', what: /rejected the password/, fix: /correct user and password/ },
    ],
    [
      'a user that it does not know',
      'owner_user',
      {},
      { code: 'error:08P01', what: /rejected the password of user "owner_user"/, fix: /correct user/ },
    ],
    [
      'a server behind it that refuses',
      'full_user',
      {},
      { code: '53300', what: /in use|cannot log in/, fix: /CONNECTION LIMIT|log of the pooler/, unreachable: true },
    ],
  ])('%s', async (_, user, given, expected) => {
    const report = await doctor(throughPooler(user, given))
    expectOnly(report, expected)
  })
})
