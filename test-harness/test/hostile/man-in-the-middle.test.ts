import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHierarchy, type Hierarchy } from '../../src/certificates/hierarchy.ts'
import { manInTheMiddle, plaintextDowngrader } from '../../src/hostile/man-in-the-middle.ts'
import type { RoleName } from '../../src/postgres/roles.ts'
import type { PostgresServer } from '../../src/postgres/server.ts'
import { startPostgres } from '../../src/postgres/start.ts'
import { temporaryFolder } from '../../src/postgres/temporary-folder.ts'
import { type Client, libpqClient } from './libpq.ts'

const folder = temporaryFolder()
const sslrootcert = join(folder.path, 'root.crt')
let hierarchy: Hierarchy
let server: PostgresServer
let client: Client
beforeAll(async () => {
  hierarchy = await createHierarchy()
  await writeFile(sslrootcert, hierarchy.root.certificate)
  const { chain, key } = hierarchy.servers.good
  server = await startPostgres({ tls: { certificate: chain, key } })
  client = await libpqClient()
}, 60_000)
afterAll(async () => {
  await client.close()
  await server.stop()
  await folder.remove()
})

const as = (user: RoleName) => ({ user, password: server.password(user) })

describe('manInTheMiddle', () => {
  test('a client that does not verify → everything is read', async () => {
    const { chain, key } = hierarchy.servers.wrongAuthority
    const middle = await manInTheMiddle({ to: server, certificate: chain, key })
    expect(await client.attempt(middle.port, { ...as('password_user'), sslmode: 'require' })).toBe('connected')
    await middle.allClosed()
    const [connection] = middle.connections
    expect(connection?.events.slice(0, 5)).toEqual([
      'SSLRequest',
      'ClientHello',
      'TLS established',
      'StartupMessage user=password_user database=app',
      'PasswordMessage',
    ])
    expect(connection?.events.slice(-2)).toEqual(['Terminate', 'closed by client'])
    expect(connection?.received.toString()).toContain(server.password('password_user'))
    expect((await server.connectionsSeen()).at(-1)?.authorized?.tls).toBeDefined()
    await middle.stop()
  })

  test('a client that verifies → nothing is read', async () => {
    const { chain, key } = hierarchy.servers.wrongAuthority
    const middle = await manInTheMiddle({ to: server, certificate: chain, key })
    const outcome = await client.attempt(middle.port, { ...as('password_user'), sslmode: 'verify-full', sslrootcert })
    expect(outcome).toMatch(/^verify: /)
    await middle.allClosed()
    expect(middle.connections.map(({ events }) => events)).toEqual([['SSLRequest', 'ClientHello', 'TLS failed']])
    await middle.stop()
  })

  test('a trusted certificate, channel binding required → refused', async () => {
    const { chain, key } = hierarchy.servers.rsa
    const middle = await manInTheMiddle({ to: server, certificate: chain, key })
    const verified = { ...as('scram_user'), sslmode: 'verify-full', sslrootcert }
    expect(await client.attempt(middle.port, { ...verified, channel_binding: 'disable' })).toBe('connected')
    expect(await client.attempt(middle.port, verified)).toMatch(/SCRAM channel binding check failed/)
    await middle.stop()
  })

  test('upstream plaintext → relayed without TLS', async () => {
    const { chain, key } = hierarchy.servers.good
    const middle = await manInTheMiddle({ to: server, certificate: chain, key, upstream: 'plaintext' })
    expect(
      await client.attempt(middle.port, { ...as('hostnossl_user'), sslmode: 'require', channel_binding: 'disable' }),
    ).toBe('connected')
    expect((await server.connectionsSeen()).at(-1)?.authorized?.tls).toBeUndefined()
    await middle.stop()
  })
})

describe('plaintextDowngrader', () => {
  test('a client with prefer → everything is read', async () => {
    const downgrader = await plaintextDowngrader({ to: server })
    expect(await client.attempt(downgrader.port, { ...as('password_user'), sslmode: 'prefer' })).toBe('connected')
    await downgrader.allClosed()
    const [connection] = downgrader.connections
    expect(connection?.events.slice(0, 3)).toEqual([
      'SSLRequest',
      'StartupMessage user=password_user database=app',
      'PasswordMessage',
    ])
    expect(connection?.received.toString()).toContain(server.password('password_user'))
    await downgrader.stop()
  })

  test('a client that requires TLS → nothing is read', async () => {
    const downgrader = await plaintextDowngrader({ to: server })
    expect(await client.attempt(downgrader.port, { ...as('password_user'), sslmode: 'require' })).toMatch(/^no-tls: /)
    expect(downgrader.connections.map(({ events }) => events)).toEqual([['SSLRequest', 'closed by client']])
    await downgrader.stop()
  })
})
