import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { postgresMajors } from '../../src/postgres/available.ts'
import { startPostgres } from '../../src/postgres/start.ts'
import { listens, lives } from './reached.ts'
import { serverSuite } from './server-suite.ts'

describe.for(await postgresMajors('embedded', [15, 18]))('PostgreSQL %i, embedded', (major) => {
  serverSuite('embedded', (tls) => startPostgres({ major, from: 'embedded', tls }))

  test('stop() twice → no process, socket or file is left', async () => {
    const server = await startPostgres({ major, from: 'embedded' })
    const folder = server.socketDirectory ?? ''
    const processId = Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10)
    expect(lives(processId)).toBe(true)
    expect(await listens('127.0.0.1', server.port)).toBe(true)
    await Promise.all([server.stop(), server.stop()])
    await server.stop()
    expect(lives(processId)).toBe(false)
    expect(await listens('127.0.0.1', server.port)).toBe(false)
    expect(existsSync(folder)).toBe(false)
  })

  test('settings, roles and environment → as requested', async () => {
    const server = await startPostgres({
      major,
      from: 'embedded',
      settings: { work_mem: '7MB', search_path: "o'hara" },
      roles: [{ name: 'kept "so"', password: "it's", passwordEncryption: 'md5', attributes: 'createdb' }],
      environment: { PGSSLMODE: 'verify-full', HOME: '/nowhere' },
    })
    expect(await server.sql('show work_mem')).toEqual([{ work_mem: '7MB' }])
    expect(await server.sql('show search_path')).toEqual([{ search_path: "o'hara" }])
    const question = 'select rolcreatedb, left(rolpassword, 3) as kept from pg_authid where rolname = \'kept "so"\''
    expect(await server.sql(question)).toEqual([{ rolcreatedb: 't', kept: 'md5' }])
    await server.stop()
  })

  test('an unknown setting → an error with the server’s message', async () => {
    await expect(startPostgres({ major, from: 'embedded', settings: { nonsense: '1' } })).rejects.toThrow(
      /PostgreSQL did not start; it said:[\s\S]*unrecognized configuration parameter "nonsense"/,
    )
  })
})

test('an unavailable version → refused, with the available ones', async () => {
  await expect(startPostgres({ major: 9, from: 'embedded' })).rejects.toThrow(
    /^PostgreSQL 9 \(embedded\) cannot be started here; PostgreSQL: embedded /,
  )
})

test('password() of a role without one → an error', async () => {
  const server = await startPostgres()
  expect(() => server.password('trust_user')).toThrow('role trust_user has no password')
  expect(server.password('scram_user')).toMatch(/^[\w-]{16}$/)
  await server.stop()
})
