import { explain, type Settings, secureConfig } from '@verifull/pg'
import { type Answer, blackHole, resettingProxy, startDatabase, startHostileServer } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allEvents } from './all-events.ts'
import { CANARY, canaryIn } from './canary.ts'
import { PLACES, type Where } from './places.ts'
import { shown } from './shown.ts'

const events = allEvents()
const database = await startDatabase()
const { server, hierarchy, ca, folder } = database
const { chain: certificate, key } = hierarchy.servers.good
const tls = { certificate, key }
const answering = (...answers: Answer[]) => startHostileServer({ tls, answers })
const hostile = {
  hole: await blackHole(),
  reset: await resettingProxy({ to: server, afterBytes: 1500 }),
  garbage: await startHostileServer({ ssl: 'garbage' }),
  noTls: await startHostileServer({ ssl: 'N' }),
  echo: await answering('cleartext', { error: '28P01', message: `the password ${CANARY} is wrong` }),
  liar: await answering({ scram: { password: CANARY, lie: 'wrong signature' } }),
  md5: await answering('md5', 'close'),
  refusing: await answering({ error: '53300', message: 'too many clients' }),
}

beforeAll(async () => {
  for (const role of ['scram_user', 'md5_user']) await server.sql(`alter role ${role} password '${CANARY}'`)
})
afterAll(async () => {
  for (const { stop } of Object.values(hostile)) await stop()
  await database.stop()
})

/** A failure: other settings, another server, and the code of the error. */
interface Failure {
  readonly settings?: Settings
  readonly where?: Partial<Where>
  readonly environment?: Readonly<Record<string, string>>
  readonly code: string
  /** A statement to run, where connecting succeeds. */
  readonly query?: string
}

const FAILURES: Readonly<Record<string, Failure>> = {
  'bad settings': {
    settings: { sslmode: 'verify_full' as never, connect_timeout: 'soon', sslcert: '/nowhere.crt' },
    code: 'CONFIGURATION',
  },
  'a contradiction': {
    settings: { secrets: async () => ({ password: CANARY }), sslmode: 'disable' },
    environment: { DB_PASSWORD_FILE: '/nowhere', DB_SSL: 'true' },
    code: 'CONFIGURATION',
  },
  'the policy refuses': { environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, code: 'POLICY' },
  'a wrong CA': { settings: { sslrootcert: hierarchy.otherRoot.certificate }, code: 'TLS_ISSUER' },
  'a wrong name': { settings: { servername: 'db.example' }, code: 'TLS_NAME' },
  'the password is refused': { where: { user: 'hostssl_user' }, code: '28P01' },
  'the server refuses': { where: { user: 'reject_user' }, code: '28000' },
  'no such database': { where: { database: 'nowhere' }, code: '3D000' },
  'an error of a query': { query: 'select * from nowhere', code: '42P01' },
  'a method that is not allowed': { settings: { require_auth: 'md5' }, code: 'AUTH_METHOD' },
  'a server that does not exist': { where: { port: 1 }, code: 'ECONNREFUSED' },
  'a server that is silent': { where: { port: hostile.hole.port }, code: 'ETIMEDOUT' },
  'a connection that is reset': { where: { port: hostile.reset.port }, code: 'ECONNRESET' },
  'a server that sends garbage': { where: { port: hostile.garbage.port }, code: 'PROTOCOL' },
  'a server without TLS': { where: { port: hostile.noTls.port }, code: 'TLS_NOT_OFFERED' },
  'a server that repeats the password': { where: { port: hostile.echo.port }, code: '28P01' },
  'a server that lies about SCRAM': { where: { port: hostile.liar.port }, code: 'AUTH_SERVER' },
  'a server that wants md5 and goes': { where: { port: hostile.md5.port, user: 'md5_user' }, code: 'ECONNRESET' },
  'a server that is full': { where: { port: hostile.refusing.port }, code: '53300' },
}

describe.each(Object.entries(PLACES))('the canary in %s', (_place, put) => {
  test.each(Object.entries(FAILURES))('%s', async (_failure, { settings, where, environment, code, query }) => {
    const given = put({ host: 'localhost', port: server.port, user: 'scram_user', database: 'app', ...where }, folder)
    const sources = {
      // short only where it is waited out: a busy machine needs its time to fail in the way that is meant
      options: { ...given.options, connectionTimeoutMillis: code === 'ETIMEDOUT' ? 250 : 10_000, min: 0, max: 1 },
      settings: {
        sslrootcert: ca,
        ...given.settings,
        ...settings,
        environment: { NODE_ENV: 'production', DB_FAILOVER_TIMEOUT: '200', ...given.environment, ...environment },
      },
    }
    const things: Record<string, unknown> = { explanation: explain(sources) }
    const failed = await fail(sources, things, query ?? 'select 1')
    expect(codeOf(failed)).toBe(code)
    for (const [name, thing] of Object.entries({ ...things, failed, events: events.splice(0) })) {
      expect({ name, found: canaryIn(shown(thing)) }).toEqual({ name, found: [] })
    }
  })
})

/** Goes as far as it goes, both ways, and leaves what there is to look at in `things`. */
async function fail(
  { options, settings }: { options: pg.PoolConfig; settings: Settings },
  things: Record<string, unknown>,
  query: string,
): Promise<unknown> {
  try {
    things.config = secureConfig(options, settings)
  } catch (error) {
    return error
  }
  const pool = new pg.Pool(things.config as pg.PoolConfig)
  const client = new pg.Client(things.config as pg.ClientConfig)
  client.on('error', () => {})
  Object.assign(things, { pool, client })
  const failures = await Promise.all([
    failureOf(pool.query(query)),
    failureOf(client.connect().then(() => client.query(query))),
  ])
  things.failures = failures
  await Promise.all([pool.end(), client.end()])
  return failures[0]
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** pg-pool's own timer may be a moment faster than ours, and has no code. */
function codeOf(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? (message.includes('timeout') ? 'ETIMEDOUT' : undefined)
}
