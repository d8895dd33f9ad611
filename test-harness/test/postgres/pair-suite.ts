import { expect, test } from 'vitest'
import { createAuthority } from '../../src/certificates/authority.ts'
import { type PostgresPair, startPostgresPair } from '../../src/postgres/replica.ts'
import type { PostgresSource } from '../../src/postgres/wanted.ts'
import { listens } from './reached.ts'

/** Tests for a primary with its standby, from any source. */
export function pairSuite(from: PostgresSource, major: number): void {
  const followed = async ({ primary, standby, caughtUp }: PostgresPair): Promise<readonly unknown[]> => {
    await primary.sql('insert into followed select count(*) from followed', 'app')
    await caughtUp()
    return standby.sql('select x, pg_is_in_recovery() as standby from followed order by x', 'app')
  }

  test('the standby follows, refuses to write, and can be promoted', async () => {
    const pair = await startPostgresPair({ major, from, roles: [{ name: 'reporter', password: 'ask' }] })
    const { primary, standby } = pair
    await primary.sql('create table followed (x int)', 'app')
    expect(await followed(pair)).toEqual([{ x: '0', standby: 't' }])
    await expect(standby.sql('insert into followed values (8)', 'app')).rejects.toMatchObject({ code: '25006' })
    expect(standby.password('scram_user')).toBe(primary.password('scram_user'))
    expect(await standby.sql("select count(*) as roles from pg_roles where rolname = 'reporter'")).toEqual([
      { roles: '1' },
    ])

    await pair.promote()
    await standby.sql('insert into followed values (8)', 'app')
    expect(await standby.sql('select pg_is_in_recovery() as standby')).toEqual([{ standby: 'f' }])
    expect(await primary.sql('select count(*) as rows from followed', 'app')).toEqual([{ rows: '1' }])

    await pair.stop()
    await pair.stop()
    expect(await Promise.all([primary, standby].map(({ port }) => listens('127.0.0.1', port)))).toEqual([false, false])
  }, 60_000)

  test('the standby shows the same certificate, and follows a primary that was restarted or shows another', async () => {
    const authority = await createAuthority()
    const { chain: certificate, key } = await authority.issue({ usage: 'server', dnsNames: ['db.test'] })
    const pair = await startPostgresPair({ major, from, tls: { certificate, key } })
    expect(await pair.standby.sql('show ssl')).toEqual([{ ssl: 'on' }])
    await pair.primary.sql('create table followed (x int)', 'app')
    await pair.primary.setTls(false)
    await pair.primary.restart()
    expect(await followed(pair)).toEqual([{ x: '0', standby: 't' }])
    await pair.standby.restart()
    expect(await followed(pair)).toHaveLength(2)
    await pair.stop()
  }, 60_000)
}
