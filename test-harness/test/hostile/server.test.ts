import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHierarchy, type Hierarchy } from '../../src/certificates/hierarchy.ts'
import type { HostileScript, HostileTls } from '../../src/hostile/script.ts'
import { startHostileServer } from '../../src/hostile/server.ts'
import { temporaryFolder } from '../../src/postgres/temporary-folder.ts'
import { type Client, libpqClient } from './libpq.ts'
import { startup } from './startup.ts'

let hierarchy: Hierarchy
let tls: HostileTls
let client: Client
beforeAll(async () => {
  hierarchy = await createHierarchy()
  tls = { certificate: hierarchy.servers.good.chain, key: hierarchy.servers.good.key }
  client = await libpqClient()
}, 60_000)
afterAll(() => client.close())

/** libpq's outcome, and the server's trace of each connection. */
async function played(script: HostileScript, parameters: Record<string, string>) {
  const server = await startHostileServer(script)
  const outcome = await client.attempt(server.port, parameters)
  await server.allClosed()
  const traces = server.connections.map(({ events }) => events)
  const received = Buffer.concat(server.connections.map((connection) => connection.received)).toString('latin1')
  await server.stop()
  return { outcome, traces, received, connections: server.connections }
}

const STARTUP = 'StartupMessage user=app database=app'

describe('without TLS', () => {
  test('answer ok → connected', async () => {
    const { outcome, traces } = await played({}, { sslmode: 'disable' })
    expect(outcome).toBe('connected')
    expect(traces[0]?.filter((event) => !event.startsWith('Query '))).toEqual([STARTUP, 'Terminate'])
    expect(traces[0]).toContainEqual(expect.stringMatching(/^Query select 1/))
  })

  test('a cleartext request → the password, both in the trace', async () => {
    const { outcome, traces, received } = await played(
      { ssl: 'N', answers: ['cleartext', 'ok'] },
      { sslmode: 'prefer' },
    )
    expect(outcome).toBe('connected')
    expect(traces[0]?.slice(0, 3)).toEqual(['SSLRequest', STARTUP, 'PasswordMessage'])
    expect(received).toContain('canary')
  })

  test('an md5 request → a digest, not the password', async () => {
    const { traces, received } = await played({ answers: ['md5', 'ok'] }, { sslmode: 'disable' })
    expect(traces[0]?.slice(0, 2)).toEqual([STARTUP, 'PasswordMessage'])
    expect(received).toMatch(/md5[0-9a-f]{32}/)
    expect(received).not.toContain('canary')
  })

  test('a client that closes at the request → no response in the trace', async () => {
    const server = await startHostileServer({ answers: [{ sasl: ['SCRAM-SHA-256'] }, 'ok'] })
    const socket = connect(server.port, server.host)
    socket.write(startup())
    await once(socket, 'data')
    socket.end()
    await server.allClosed()
    expect(server.connections[0]?.events).toEqual([STARTUP, 'closed by client'])
    await server.stop()
  })

  test('an error → the code and text of the script', async () => {
    const { outcome } = await played({ answers: [{ error: '53300', message: 'too many' }] }, { sslmode: 'disable' })
    expect(outcome).toMatch(/^server: .*FATAL: {2}too many$/)
  })

  test('several entries → one per connection, the last one repeats', async () => {
    const server = await startHostileServer([{ answers: [{ error: '57P03' }] }, {}])
    expect(await client.attempt(server.port, { sslmode: 'disable' })).toContain('server: ')
    expect(await client.attempt(server.port, { sslmode: 'disable' })).toBe('connected')
    expect(await client.attempt(server.port, { sslmode: 'disable' })).toBe('connected')
    expect(server.connections).toHaveLength(3)
    await server.stop()
  })
})

describe('answers to SSLRequest', () => {
  const refused: readonly [
    name: string,
    script: HostileScript,
    sslmode: string,
    outcome: RegExp,
    traces: string[][],
  ][] = [
    ['N', { ssl: 'N' }, 'require', /^no-tls: /, [['SSLRequest', 'closed by client']]],
    ['E', { ssl: 'E' }, 'prefer', /^protocol: /, [['SSLRequest']]],
    ['garbage', { ssl: 'garbage' }, 'prefer', /^protocol: /, [['SSLRequest', 'closed by client']]],
    ['close', { ssl: 'close' }, 'prefer', /./, [['SSLRequest']]],
    ['reset', { ssl: 'reset' }, 'require', /./, [['SSLRequest']]],
    ['S, then close', { ssl: 'S', tls: 'close' }, 'require', /./, [['SSLRequest', 'ClientHello']]],
    ['S, then reset', { ssl: 'S', tls: 'reset' }, 'require', /./, [['SSLRequest', 'ClientHello']]],
  ]
  test.each(refused)('%s → the expected outcome and trace', async (_name, script, sslmode, outcome, traces) => {
    const result = await played(script, { sslmode })
    expect(result.outcome).toMatch(outcome)
    expect(result.traces).toEqual(traces)
  })

  test('silence → until the client gives up', async () => {
    const result = await played({ ssl: 'silence' }, { sslmode: 'require', connect_timeout: '2' })
    expect(result.outcome).toMatch(/^timeout: /)
    expect(result.traces).toEqual([['SSLRequest', expect.stringMatching(/by client$/)]])
  })

  test('S, then garbage, with prefer → plaintext on another connection', async () => {
    const { outcome, traces } = await played({ ssl: 'S', tls: 'garbage' }, { sslmode: 'prefer' })
    expect(outcome).toBe('connected')
    expect(traces[0]?.slice(0, 2)).toEqual(['SSLRequest', 'ClientHello'])
    expect(traces[1]?.[0]).toBe(STARTUP)
  })

  test('S followed by plaintext, every mode → refused after the handshake', async () => {
    const ssl = { answer: 'S', extra: Buffer.from('x') } as const
    const { outcome, traces } = await played({ ssl, tls }, { sslmode: 'prefer' })
    expect(outcome).toMatch(/^protocol: |^tls: /)
    expect(traces).toHaveLength(1)
    expect(traces[0]).not.toContain(STARTUP)
  })

  test('N followed by bytes → refused', async () => {
    const ssl = { answer: 'N', extra: Buffer.from('x') } as const
    const { outcome, traces } = await played({ ssl }, { sslmode: 'prefer' })
    expect(outcome).not.toBe('connected')
    expect(traces[0]?.slice(0, 2)).toEqual(['SSLRequest', STARTUP])
  })
})

describe('with TLS', () => {
  test('a session → established, and its queries recorded', async () => {
    const { outcome, traces, connections } = await played({ tls }, { sslmode: 'require' })
    expect(outcome).toBe('connected')
    expect(traces[0]?.slice(0, 4)).toEqual(['SSLRequest', 'ClientHello', 'TLS established', STARTUP])
    expect(traces[0]?.at(-1)).toBe('Terminate')
    expect(connections[0]?.tls).toMatchObject({ protocol: 'TLSv1.3' })
  })

  test('server name, protocol and client certificate → recorded', async () => {
    const server = await startHostileServer({
      tls: { ...tls, clientCa: hierarchy.root.certificate, maxVersion: 'TLSv1.2' },
    })
    const { certificate, key } = hierarchy.clients.good
    const socket = connectTls({
      port: server.port,
      host: server.host,
      servername: 'db.test',
      ca: hierarchy.root.certificate,
      ALPNProtocols: ['postgresql'],
      cert: certificate,
      key,
    })
    await once(socket, 'secureConnect')
    expect(socket.alpnProtocol).toBe('postgresql')
    socket.write(startup())
    await once(socket, 'data')
    socket.end()
    await server.allClosed()
    expect(server.connections[0]?.events).toEqual(['ClientHello', 'TLS established', STARTUP, 'closed by client'])
    expect(server.connections[0]?.tls).toEqual({
      protocol: 'TLSv1.2',
      servername: 'db.test',
      alpn: 'postgresql',
      clientCertificate: expect.any(String),
    })
    await server.stop()
  })

  test('an empty alpn → no protocol is selected', async () => {
    const server = await startHostileServer({ tls: { ...tls, alpn: [] } })
    const ca = hierarchy.root.certificate
    const socket = connectTls({ port: server.port, host: server.host, ca, ALPNProtocols: ['postgresql'] })
    await once(socket, 'secureConnect')
    expect(socket.alpnProtocol).toBe(false)
    socket.destroy()
    await server.stop()
  })

  test('an untrusted certificate → TLS failed', async () => {
    const { chain, key } = hierarchy.servers.wrongAuthority
    const folder = temporaryFolder()
    const root = join(folder.path, 'root.crt')
    await writeFile(root, hierarchy.root.certificate)
    const script = { tls: { certificate: chain, key } }
    const { outcome, traces } = await played(script, { sslmode: 'verify-full', sslrootcert: root })
    await folder.remove()
    expect(outcome).toMatch(/^verify: /)
    expect(traces).toEqual([['SSLRequest', 'ClientHello', 'TLS failed']])
  })

  test('weak certificates → presented', async () => {
    const { chain, key } = hierarchy.servers.smallKey
    const server = await startHostileServer({ tls: { certificate: chain, key } })
    const ca = hierarchy.root.certificate
    const socket = connectTls({ port: server.port, host: server.host, ca, ciphers: 'DEFAULT@SECLEVEL=0' })
    await once(socket, 'secureConnect')
    expect(socket.getPeerCertificate().bits).toBe(1024)
    socket.destroy()
    await server.stop()
  })

  test('an error over TLS, with prefer → read, then plaintext', async () => {
    const { outcome, traces } = await played([{ tls, answers: [{ error: '28000' }] }, {}], { sslmode: 'prefer' })
    expect(outcome).toBe('connected')
    expect(traces[0]).toEqual(['SSLRequest', 'ClientHello', 'TLS established', STARTUP])
    expect(traces[1]?.[0]).toBe(STARTUP)
  })
})

test('a cancel request → recorded', async () => {
  const server = await startHostileServer({})
  const socket = connect(server.port, server.host)
  socket.write(Buffer.from([0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 2]))
  await once(socket.resume(), 'close')
  expect(server.connections[0]?.events).toEqual(['CancelRequest'])
  await server.stop()
})

test('reset and close of the client → recorded differently', async () => {
  const server = await startHostileServer({ answers: ['silence'] })
  const socket = connect(server.port, server.host)
  socket.write(startup())
  await expect.poll(() => server.connections[0]?.events).toEqual([STARTUP])
  socket.resetAndDestroy()
  await expect.poll(() => server.connections[0]?.events.at(-1)).toBe('reset by client')
  await server.stop()
})

test('bytes that are no message → garbage', async () => {
  const server = await startHostileServer({})
  const socket = connect(server.port, server.host)
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await expect.poll(() => server.connections[0]?.events).toEqual(['garbage'])
  await expect(server.allClosed(50)).rejects.toThrow('a connection is still open after 50 ms')
  socket.destroy()
  await server.stop()
  await server.stop()
})
