import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHierarchy, type HostileServer, startHostileServer } from '@verifull/test-harness'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  authentication,
  authenticationOk,
  backendKey,
  dataRow,
  errorResponse,
  message,
  notice,
  readyForQuery,
  sasl,
} from '../../core/test/wire/backend-messages.ts'
import { runScript } from './child.ts'

const PASSWORD = 'the password of the session'
const CANARY = 'canary-of-the-passfile'
const folder = tmpdir()
const root = join(folder, `verifull-hostile-session-${process.pid}.crt`)
const passfile = join(folder, `verifull-hostile-session-${process.pid}.pgpass`)

const { root: authority, servers } = await createHierarchy()
const tls = { certificate: servers.good.chain, key: servers.good.key }

beforeAll(async () => {
  await writeFile(root, authority.certificate)
  await writeFile(passfile, `*:*:*:*:${CANARY}\n`, { mode: 0o600 })
})
afterAll(() => Promise.all([rm(root), rm(passfile)]))

/** Every request by which a server asks for a password, and the ways to go on from one. */
const REQUESTS: Readonly<Record<string, Buffer>> = {
  AuthenticationCleartextPassword: authentication(3),
  AuthenticationMD5Password: authentication(5, Buffer.from('salt')),
  AuthenticationSASL: sasl('SCRAM-SHA-256'),
  'AuthenticationSASL with -PLUS': sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'),
  AuthenticationSASLContinue: authentication(11, Buffer.from('r=x,s=c2FsdA==,i=4096')),
  AuthenticationSASLFinal: authentication(12, Buffer.from('v=x')),
  AuthenticationOk: authenticationOk,
  AuthenticationGSS: authentication(7),
  'an unknown authentication request': authentication(99),
}
const ASKED =
  /^PROTOCOL .*the server asked for authentication in the middle of a session, which PostgreSQL never does; it got no answer, and the connection was closed: check what is in the path to the server$/

/** Messages that make pg's own reader spin for ever or throw without a handler. */
const BROKEN: Readonly<Record<string, Buffer>> = {
  'an error without its end': message('E', Buffer.from('SFATAL\0Mno end\0')),
  'an error without contents': message('E'),
  'a notice without its end': message('N', Buffer.from('SNOTICE\0')),
  'a notice of length 4': message('N'),
  'a row of -1 columns': message('D', Buffer.from([255, 255])),
  'a row that ends too early': message('D', Buffer.from([0, 9, 0])),
  'a row with a value longer than it': message('D', Buffer.from([0, 1, 127, 0, 0, 0, 120])),
  'a description that ends too early': message('T', Buffer.from([0, 9, 0])),
  'a notification that ends too early': message('A', Buffer.from([0])),
  'a length of 0': Buffer.from('E\0\0\0\0'),
  'a length of 4 GiB': Buffer.from('E\xff\xff\xff\xff', 'latin1'),
  'an unknown message': message('?'),
  NegotiateProtocolVersion: message('v', Buffer.alloc(8)),
  'another BackendKeyData': backendKey(8, Buffer.alloc(4)),
  'CopyBothResponse without replication': message('W', Buffer.from([0, 0, 0])),
}
const ILL =
  /^PROTOCOL .*the server sent (bytes that are no PostgreSQL message|a message of type ".+" that is malformed or not PostgreSQL's|BackendKeyData, which comes only before a session is ready|CopyBothResponse, which only replication has)(; the connection was closed)?$/

/** A message that ends a session in good order. */
const SHUTDOWN = errorResponse({ S: 'FATAL', C: '57P01', M: 'terminating connection due to administrator command' })

/** Uses of pg: each opens a session on a port, sends a query and reports the outcome. */
const WAYS: Readonly<Record<string, string>> = {
  'new Pool(secureConfig())': `const pool = new pg.Pool(secureConfig({ max: 1, min: 0, ...LIMIT }, { port }))
    pool.on('error', () => {})
    try { const client = await pool.connect(); client.on('error', () => {}); try { return await ask(client) } finally { client.release(true) } } finally { await pool.end() }`,
  'new Client(secureConfig())': `const client = new pg.Client(secureConfig(LIMIT, { port }))
    client.on('error', () => {})
    try { await client.connect(); return await ask(client) } finally { await client.end() }`,
  'new Client() of securePg()': `const client = new (securePg(resolveProfile({ settings: { port } }).profile).Client)(LIMIT)
    client.on('error', () => {})
    try { await client.connect(); return await ask(client) } finally { await client.end() }`,
}

/** Opens one session after the other in one process; a process that spins is killed, and what it has not said is missing. */
async function outcomes(way: string, hostile: readonly HostileServer[]): Promise<string[]> {
  const { output, code } = await runScript(
    `const fs = require('fs')
     for (const name of ['createReadStream', 'readFile', 'readFileSync', 'open', 'openSync', 'stat', 'statSync']) {
       const real = fs[name]
       fs[name] = (path, ...rest) => { if (path === process.env.PGPASSFILE) console.log('READ ' + name); return real.call(fs, path, ...rest) }
     }
     // A server that ends the session is asked again until then.
     const LIMIT = { connectionTimeoutMillis: 2000 }
     async function ask(client) { return 'answer ' + (await client.query('select 1')).rows.length }
     async function open(port) { ${WAYS[way]} }
     (async () => {
       for (const port of ${JSON.stringify(hostile.map(({ port }) => port))}) {
         console.log(await open(port).catch(({ code, message }) => code + ' ' + message))
       }
       console.log('lives')
     })()`,
    {
      environment: {
        NODE_ENV: 'production',
        NODE_NO_WARNINGS: '1',
        PGHOST: 'localhost',
        PGUSER: 'app',
        PGDATABASE: 'app',
        DB_PASSWORD: PASSWORD,
        DB_SSL_CA: root,
        PGREQUIREAUTH: 'scram-sha-256',
        PGCHANNELBINDING: 'require',
        PGPASSFILE: passfile,
        HOME: folder,
      },
      limitMs: 30_000,
    },
  )
  expect([output.split('\n').slice(-2), code]).toEqual([['lives', ''], 0])
  return output.split('\n').slice(0, -2)
}

const login = { scram: { password: PASSWORD } }

/** Servers that let us in honestly, and then send these bytes in answer to the first query. */
function atQuery(attacks: Readonly<Record<string, Buffer>>): Promise<HostileServer[]> {
  const scripts = Object.values(attacks).map((bytes) => ({ tls, answers: [login], queries: [{ bytes }] }))
  return Promise.all(scripts.map(startHostileServer))
}

/** The same, right behind ReadyForQuery. */
function behindReady(attacks: Readonly<Record<string, Buffer>>): Promise<HostileServer[]> {
  return Promise.all(
    Object.values(attacks).map((bytes) => startHostileServer({ tls, answers: [login], behindReady: bytes })),
  )
}

const WHEN = { 'in answer to a query': atQuery, 'right behind ReadyForQuery': behindReady }

describe.each(Object.keys(WAYS))('%s', (way) => {
  describe.each(Object.entries(WHEN))('%s', (_when, start) => {
    test('a server asks for a password → PROTOCOL, and nothing is answered or read', async () => {
      const hostile = await start(REQUESTS)
      expect(await outcomes(way, hostile)).toEqual(Object.keys(REQUESTS).map(() => expect.stringMatching(ASKED)))
      for (const server of hostile) {
        await server.allClosed()
        const [{ events, received } = { events: [], received: Buffer.alloc(0) }] = server.connections
        expect(events.slice(0, 6)).toEqual([
          'SSLRequest',
          'ClientHello',
          'TLS established',
          'StartupMessage user=app database=app',
          'SASLInitialResponse mech=SCRAM-SHA-256-PLUS',
          'SASLResponse',
        ])
        expect(
          events.slice(6).filter((event) => !/^(Query select 1|Terminate|(closed|reset) by client)$/.test(event)),
        ).toEqual([])
        expect(received.includes(CANARY)).toBe(false)
        expect(received.includes(PASSWORD)).toBe(false)
        await server.stop()
      }
    })

    test('a broken message → PROTOCOL, and the process lives', async () => {
      const hostile = await start(BROKEN)
      expect(await outcomes(way, hostile)).toEqual(Object.keys(BROKEN).map(() => expect.stringMatching(ILL)))
      await Promise.all(hostile.map((server) => server.stop()))
    })

    test('the session is ended → the server’s own error', async () => {
      const hostile = await start({ SHUTDOWN })
      expect(await outcomes(way, hostile)).toEqual(['57P01 terminating connection due to administrator command'])
      await Promise.all(hostile.map((server) => server.stop()))
    })
  })

  test('notices and notifications behind ReadyForQuery and in an answer → the answer', async () => {
    const news = message('A', Buffer.from('\0\0\0\x07news\0it works\0'))
    const description = message('T', Buffer.concat([Buffer.from([0, 1]), Buffer.from('id\0'), Buffer.alloc(18)]))
    const rows = [notice(), description, dataRow('1'), news, dataRow(null), message('C', Buffer.from('SELECT 2\0'))]
    const hostile = await startHostileServer({
      tls,
      answers: [login],
      behindReady: Buffer.concat([notice(), news]),
      queries: [{ bytes: Buffer.concat([...rows, readyForQuery]) }],
    })
    expect(await outcomes(way, [hostile])).toEqual(['answer 2'])
    await hostile.stop()
  })
})
