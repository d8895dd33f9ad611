import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { close, PoolError, secureConfig } from '@verifull/pg'
import { type Database, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScript } from './child.ts'

let database: Database
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database.stop())

/** Runs a process that is told to terminate as soon as it has written `ready`. */
function terminated(work: string, timeoutMs: number) {
  let told = false
  return runScript(
    `const pool = new pg.Pool(secureConfig({ max: 2 }, ${JSON.stringify({ ...database.settings, warnings: false })}))
     process.once('SIGTERM', async () => {
       await close(pool, { timeoutMs: ${timeoutMs} })
       console.log('closed')
       process.exit()
     })
     ;(async () => {
       const client = await pool.connect()
       await client.query('begin')
       await client.query("insert into shutdown values ('from the process')")
       console.log('ready')
       ${work}
     })().catch((error) => console.log('failed', error.message))`,
    {
      onOutput(output, kill) {
        if (told || !output.includes('ready')) return
        told = true
        kill('SIGTERM')
      },
    },
  )
}

async function rows(): Promise<unknown[]> {
  return await database.server.sql('select what from scram_user.shutdown', database.settings.database)
}

describe('SIGTERM while a transaction is open', () => {
  beforeAll(() => database.server.sql('create table scram_user.shutdown (what text)', database.settings.database))
  beforeAll(() => database.server.sql('grant all on scram_user.shutdown to scram_user', database.settings.database))

  test('it ends within timeoutMs → it is committed, and the process ends by itself with code 0', async () => {
    const work = "await client.query('select pg_sleep(0.3)'); await client.query('commit'); client.release()"
    const { code, output } = await terminated(work, 10_000)
    expect(output.trim()).toBe('ready\nclosed')
    expect(code).toBe(0)
    expect(await rows()).toEqual([{ what: 'from the process' }])
    await database.server.sql('truncate scram_user.shutdown', database.settings.database)
  })

  test('it goes on → its statement is cancelled, nothing is committed, and the process ends in time', async () => {
    const { code, output, milliseconds } = await terminated("await client.query('select pg_sleep(30)')", 300)
    expect(output).toContain('closed')
    expect(code).toBe(0)
    expect(milliseconds).toBeLessThan(8_000)
    await expect
      .poll(() => database.server.sql("select from pg_stat_activity where usename = 'scram_user'"))
      .toEqual([])
    expect(await rows()).toEqual([])
  })
})

test('pool.maxWaiting behind an HTTP server: more requests than it serves → 503 with Retry-After, and the others 200', async () => {
  const pool = new pg.Pool(secureConfig({ max: 2 }, { ...database.settings, pool: { maxWaiting: 2 } }))
  const server = createServer((_request, response) => {
    pool.query('select pg_sleep(0.3)').then(
      () => response.end('done'),
      (error: unknown) => {
        const retryAfterMs = error instanceof PoolError ? error.retryAfterMs : undefined
        if (retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(retryAfterMs / 1000))
        response.statusCode = retryAfterMs === undefined ? 500 : 503
        response.end()
      },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await Promise.all([pool.query('select 1'), pool.query('select 1')])
  const responses = await Promise.all(Array.from({ length: 7 }, () => fetch(`http://127.0.0.1:${port}/`)))
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 503, 503, 503])
  for (const { status, headers } of responses) {
    if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  }
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await close(pool, { timeoutMs: 1000 })
})

describe('close: bad input', () => {
  test.each<[string, unknown, string]>([
    ['negative', { timeoutMs: -1 }, 'timeoutMs must be a number of milliseconds from 0 to 2147483647, not -1'],
    ['NaN', { timeoutMs: Number.NaN }, 'not NaN; for 10 s write 10000'],
    ['text', { timeoutMs: '10s' }, 'not 10s'],
    ['another name', { timeout: 10 }, 'options has no "timeout"; it has timeoutMs'],
    ['no object', 10, 'options must be an object such as { timeoutMs: 10000 }, not 10'],
  ])('%s → refused, and the pool goes on', async (_what, options, message) => {
    const pool = new pg.Pool(secureConfig({ max: 1 }, database.settings))
    await expect(close(pool, options as never)).rejects.toThrow(message)
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await pool.end()
  })

  test('a target that is none → refused', async () => {
    await expect(close({ host: 'db.example' }, { timeoutMs: 10 })).rejects.toThrow('target must be what secureConfig()')
  })
})
