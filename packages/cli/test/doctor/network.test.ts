import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { blackHole, listen, startHostileServer } from '@verifull/test-harness/fixtures'
import { afterEach, describe, expect, test } from 'vitest'
import { fullPort } from '../../../core/test/dial/full-port.ts'
import { CANARY, doctor, type Expected, expectOnly, file, HIERARCHY } from './examined.ts'

const { root, servers } = HIERARCHY
const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** Variables for a server on this machine. */
function at(port: number, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    DB_HOST: 'localhost',
    DB_PORT: String(port),
    DB_USER: 'app',
    DB_PASSWORD_FILE: file('password', CANARY),
    DB_SSL_CA: root.certificate,
    ...given,
  }
}

/** A server that says `first` at once, and `then` after the first bytes of the client. */
async function greeting(first: string | Buffer, then: string | Buffer = ''): Promise<number> {
  const server = await listen((socket) => {
    if (first.length > 0) socket.write(first)
    socket.once('data', () => socket.end(then))
  })
  stops.push(server.stop)
  return server.port
}

const MYSQL = Buffer.from(
  '\x2e\x00\x00\x00\x0a8.4.0\x00\x08\x00\x00\x00abcdefgh\x00\xff\xff\xff\x02\x00\xff\xc7\x15\x00',
)
MYSQL[0] = MYSQL.length - 4

describe('doctor: another service at the port → its name, and host and port to check', () => {
  test.each<[string, string | Buffer, string | Buffer, RegExp]>([
    ['HTTP', '', 'HTTP/1.1 400 Bad Request\r\n\r\n', /speaks HTTP, not PostgreSQL/],
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', '', /speaks SSH/],
    ['MySQL', MYSQL, '', /speaks MySQL/],
    ['Redis', '', "-ERR unknown command '\x00'\r\n", /speaks Redis/],
    ['SMTP', '220 mail.example ESMTP\r\n', '', /speaks SMTP or FTP/],
    ['TLS alone', '', Buffer.from('15030100020250', 'hex'), /expects TLS from the first byte/],
    ['something unknown', '', 'what?', /neither S nor N/],
  ])('%s', async (_, first, then, what) => {
    const report = await doctor(at(await greeting(first, then)))
    expectOnly(report, { code: 'error:PROTOCOL', what, fix: /host and port/ })
  })
})

describe('doctor: no server is reached → exit code 3, the place and the fix', () => {
  test('a name without an address', async () => {
    const expected = { code: 'ENOTFOUND', what: /nowhere\.invalid has no address/, fix: /spelling of host/ } as const
    expectOnly(await doctor(at(5432, { DB_HOST: 'nowhere.invalid' })), { ...expected, unreachable: true })
  })

  test('nothing listens', async () => {
    const expected = { code: 'ECONNREFUSED', what: /nothing listens at localhost/, fix: /start the server/ } as const
    expectOnly(await doctor(at(1)), { ...expected, unreachable: true })
  })

  test('packets are dropped', async () => {
    const full = await fullPort()
    stops.push(full.stop)
    const expected = {
      code: 'ETIMEDOUT',
      what: /did not answer in time/,
      fix: /firewalls and security groups/,
    } as const
    // Node frees a timeout that nothing holds.
    setFlagsFromString('--expose-gc')
    const collecting = setInterval(runInNewContext('gc') as () => void, 50)
    try {
      expectOnly(await doctor(at(full.port), [CANARY], 0.4), { ...expected, unreachable: true })
    } finally {
      clearInterval(collecting)
    }
  })

  test('the port is open, and nothing is said', async () => {
    const hole = await blackHole()
    stops.push(hole.stop)
    const expected = {
      code: 'ETIMEDOUT',
      what: /took the connection and then said nothing for 0.4 s/,
      fix: /overloaded|proxy/,
    } as const
    expectOnly(await doctor(at(hole.port), [CANARY], 0.4), { ...expected, unreachable: true })
  })

  test('a socket that is not there', async () => {
    const report = await doctor(at(5432, { DB_HOST: '/nowhere/postgresql' }))
    expectOnly(report, {
      code: 'ENOENT',
      what: /no socket of a server/,
      fix: /unix_socket_directories/,
      unreachable: true,
    })
  })

  test.each<[string, Parameters<typeof startHostileServer>[0], Expected]>([
    [
      'the connection ends before the answer',
      { ssl: 'reset' },
      {
        code: 'ECONNRESET',
        what: /ended before the server had answered/,
        fix: /check that host and port/,
        unreachable: true,
      },
    ],
    [
      'it starts up',
      {
        tls: { certificate: servers.good.chain, key: servers.good.key },
        answers: [{ error: '57P03', message: 'the database system is starting up' }],
      },
      { code: '57P03', what: /starting up/, fix: /wait and try again/, unreachable: true },
    ],
    [
      'it says nothing after the handshake',
      { tls: { certificate: servers.good.chain, key: servers.good.key }, answers: ['silence'] },
      { code: 'ETIMEDOUT', what: /speaks TLS and then did not finish the login/, fix: /overloaded/, unreachable: true },
    ],
  ])('%s', async (_, script, expected) => {
    const server = await startHostileServer(script)
    stops.push(server.stop)
    expectOnly(await doctor(at(server.port), [CANARY], 0.6), expected)
  })
})

test('doctor: several hosts → each is examined', async () => {
  const hole = await startHostileServer({
    tls: { certificate: servers.good.chain, key: servers.good.key },
    answers: [{ error: '57P03' }],
  })
  stops.push(hole.stop)
  const report = await doctor(at(1, { DB_HOST: 'localhost,nowhere.invalid', DB_PORT: `${hole.port},5432` }))
  expect(report.servers.map(({ name }) => name)).toEqual([`localhost:${hole.port}`, 'nowhere.invalid:5432'])
  expect(report.unchecked.map(({ why }) => why)).toEqual([
    expect.stringContaining('57P03'),
    expect.stringContaining('ENOTFOUND'),
  ])
  expect(report.code).toBe(3)
})
