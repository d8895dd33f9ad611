import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHierarchy, type Hierarchy } from '../../src/certificates/hierarchy.ts'
import { writeIssued } from '../../src/certificates/issued.ts'
import { type LibpqAdapter, libpqOracle } from '../../src/oracle/libpq.ts'
import type { RoleName } from '../../src/postgres/roles.ts'
import type { ConnectionSeen, PostgresServer } from '../../src/postgres/server.ts'
import { temporaryFolder } from '../../src/postgres/temporary-folder.ts'
import type { PostgresSource, ServerTls } from '../../src/postgres/wanted.ts'
import { reachableFromOutside } from './reached.ts'

type Admission = 'in' | 'hba'

/** Admissions by role under the default pg_hba.conf, without TLS and with it. */
const ADMISSIONS: Readonly<Record<RoleName, { plaintext: Admission; tls: Admission; method: string }>> = {
  scram_user: { plaintext: 'in', tls: 'in', method: 'scram-sha-256' },
  md5_user: { plaintext: 'in', tls: 'in', method: 'md5' },
  password_user: { plaintext: 'in', tls: 'in', method: 'password' },
  trust_user: { plaintext: 'in', tls: 'in', method: 'trust' },
  cert_user: { plaintext: 'hba', tls: 'in', method: 'cert' },
  scram_cert_user: { plaintext: 'hba', tls: 'in', method: 'scram-sha-256' },
  hostssl_user: { plaintext: 'hba', tls: 'in', method: 'scram-sha-256' },
  hostnossl_user: { plaintext: 'in', tls: 'hba', method: 'scram-sha-256' },
  reject_user: { plaintext: 'hba', tls: 'hba', method: 'reject' },
}

/** Tests for a server of the harness, from any source. */
export function serverSuite(from: PostgresSource, start: (tls: ServerTls) => Promise<PostgresServer>): void {
  let hierarchy: Hierarchy
  let tls: ServerTls
  let server: PostgresServer
  let libpq: LibpqAdapter
  const folder = temporaryFolder()

  beforeAll(async () => {
    hierarchy = await createHierarchy()
    libpq = await libpqOracle()
    const { chain, key } = hierarchy.servers.good
    tls = { certificate: chain, key, clientCa: hierarchy.root.certificate }
    for (const commonName of ['cert_user', 'scram_cert_user']) {
      await writeIssued(`${folder.path}/${commonName}`, await hierarchy.root.issue({ usage: 'client', commonName }))
    }
    await hierarchy.writeTo(folder.path)
    server = await start(tls)
  }, 120_000)
  afterAll(async () => {
    await server?.stop()
    await libpq?.close()
    await folder.remove()
  })

  async function attempt(user: RoleName | 'postgres', parameters: Record<string, string> = {}): Promise<string> {
    const method = user === 'postgres' ? 'reject' : ADMISSIONS[user].method
    const certificate = user === 'cert_user' || user === 'scram_cert_user'
    const request = {
      environment: { HOME: folder.path },
      timeoutMs: 5000,
      parameters: {
        host: '127.0.0.1',
        port: String(server.port),
        dbname: 'app',
        user,
        ...(['trust', 'cert', 'reject'].includes(method) ? {} : { password: server.password(user as RoleName) }),
        ...(certificate ? { sslcert: `${folder.path}/${user}.crt`, sslkey: `${folder.path}/${user}.key` } : {}),
        ...parameters,
      },
    }
    try {
      const session = await libpq.connect(request)
      const [row] = await session.query('select ssl::text as tls from pg_stat_ssl where pid = pg_backend_pid()')
      await session.close()
      return row?.tls === 'true' || row?.tls === 't' ? 'in with TLS' : 'in without TLS'
    } catch (error) {
      return libpq.refusalOf(error).reason
    }
  }

  const lastSeen = async (): Promise<ConnectionSeen | undefined> => (await server.connectionsSeen()).at(-1)

  test('it is what was asked for, and says so', () => {
    expect(server.from).toBe(from)
    expect(server.version).toMatch(new RegExp(`^${server.major}\\.\\d+$`))
    expect(server.description).toContain(`PostgreSQL ${server.version}`)
  })

  test('the superuser runs statements and reads rows as text', async () => {
    const rows = await server.sql("select 1 as one, null as nothing, 'ü' as text union all select 2, 'x', ''")
    expect(rows).toEqual([
      { one: '1', nothing: null, text: 'ü' },
      { one: '2', nothing: 'x', text: '' },
    ])
    expect(await server.sql('select 1 as one; create temporary table x ()')).toEqual([])
    expect(await server.sql('select current_database() as name', 'app')).toEqual([{ name: 'app' }])
  })

  test("a statement that fails is an error with the server's code", async () => {
    await expect(server.sql('select nonsense')).rejects.toMatchObject({
      message: 'column "nonsense" does not exist',
      code: '42703',
    })
  })

  describe.each(Object.entries(ADMISSIONS) as [RoleName, (typeof ADMISSIONS)[RoleName]][])('%s', (role, expected) => {
    test(`without TLS → ${expected.plaintext}`, async () => {
      expect(await attempt(role, { sslmode: 'disable' })).toBe(expected.plaintext.replace('in', 'in without TLS'))
    })

    test(`with TLS → ${expected.tls}`, async () => {
      const verified = { sslmode: 'verify-full', sslrootcert: `${folder.path}/root.crt` }
      expect(await attempt(role, verified)).toBe(expected.tls.replace('in', 'in with TLS'))
      const seen = await lastSeen()
      if (expected.tls === 'hba') {
        expect(seen?.refused).toMatchObject({ code: '28000', message: expect.stringContaining(`user "${role}"`) })
      } else {
        expect(seen?.authorized).toMatchObject({ user: role, database: 'app', tls: { protocol: 'TLSv1.3' } })
        // Before version 16 the log does not mention trust.
        if (role !== 'trust_user' || server.major > 15) expect(seen?.method).toBe(expected.method)
      }
    })
  })

  test('a wrong password is refused, and the log says with which code', async () => {
    expect(await attempt('scram_user', { sslmode: 'require', password: 'wrong' })).toBe('password')
    expect((await lastSeen())?.refused).toEqual({
      code: '28P01',
      message: 'password authentication failed for user "scram_user"',
    })
  })

  test('a handshake that the client breaks off is told by the log', async () => {
    const wrong = { sslmode: 'verify-full', sslrootcert: `${folder.path}/other-root.crt` }
    expect(await attempt('scram_user', wrong)).toBe('verify')
    await expect
      .poll(async () => (await lastSeen())?.refused?.message)
      .toMatch(/^could not accept SSL connection: .*unknown ca/)
  })

  test('a client certificate for another role is refused', async () => {
    const other = { sslcert: `${folder.path}/cert_user.crt`, sslkey: `${folder.path}/cert_user.key` }
    expect(await attempt('scram_cert_user', { sslmode: 'require', ...other })).not.toContain('in with')
  })

  test('the superuser is admitted for the harness alone', async () => {
    expect(await attempt('postgres', { sslmode: 'require', password: 'postgres' })).not.toContain('in')
  })

  test('another certificate is shown after setTls, and none after setTls(false)', async () => {
    const verified = { sslmode: 'verify-full', sslrootcert: `${folder.path}/root.crt` }
    const { wrongAuthority } = hierarchy.servers
    await server.setTls({ certificate: wrongAuthority.chain, key: wrongAuthority.key })
    expect(await attempt('scram_user', verified)).toBe('verify')
    await server.setTls(false)
    expect(await attempt('scram_user', verified)).toBe('no-tls')
    await server.setTls(tls)
    expect(await attempt('scram_user', verified)).toBe('in with TLS')
  })

  test('a key that does not fit is refused aloud, and the old certificate stays', async () => {
    const { good, wrongAuthority } = hierarchy.servers
    await expect(server.setTls({ certificate: good.chain, key: wrongAuthority.key })).rejects.toThrow(
      /the server did not take its new files:[\s\S]*was not reloaded/,
    )
    expect(await attempt('scram_user', { sslmode: 'require' })).toBe('in with TLS')
    await server.setTls(tls)
  })

  test('other lines of pg_hba.conf hold after setHba', async () => {
    await server.setHba(['hostssl app trust_user all trust'])
    expect(await attempt('trust_user', { sslmode: 'require' })).toBe('in with TLS')
    expect(await attempt('trust_user', { sslmode: 'disable' })).toBe('hba')
    await server.setHba('roles')
    expect(await attempt('trust_user', { sslmode: 'disable' })).toBe('in without TLS')
  })

  test('a restart keeps the data and ends the sessions', async () => {
    await server.sql('create table kept (x int)', 'app')
    const held = await libpq.connect({
      environment: {},
      timeoutMs: 5000,
      parameters: {
        host: '127.0.0.1',
        port: String(server.port),
        dbname: 'app',
        user: 'trust_user',
        sslmode: 'disable',
      },
    })
    await server.restart()
    await expect(held.query('select 1')).rejects.toThrow()
    await held.close()
    expect(await server.sql("select count(*) as tables from pg_class where relname = 'kept'", 'app')).toEqual([
      { tables: '1' },
    ])
    expect(await attempt('scram_user', { sslmode: 'require' })).toBe('in with TLS')
  }, 30_000)

  test('nobody but this machine can reach it', async () => {
    expect(await reachableFromOutside(server.port)).toEqual([])
  })
}
