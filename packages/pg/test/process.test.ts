import { blackHole, startDatabase } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { runScript, type ScriptRun } from './child.ts'

const database = await startDatabase()
afterAll(() => database.stop())
const { server } = database

const ENVIRONMENT = {
  ...database.environment,
  NODE_NO_WARNINGS: '1',
  DB_USER: 'scram_user',
  DB_PASSWORD: server.password('scram_user'),
}
const WELL = { code: 0, signal: null }

/** Runs a script as an application; an unhandled rejection ends it with code 1. */
function application(body: string, { environment, ...run }: ScriptRun = {}) {
  return runScript(body, {
    environment: { ...ENVIRONMENT, ...environment },
    flags: ['--unhandled-rejections=strict'],
    ...run,
  })
}

describe('a process ends by itself', () => {
  test('after client.end(), with our stream under pg’s own Client', async () => {
    const ended = await application(
      `const client = new pg.Client(secureConfig())
       client.connect().then(() => client.query('select 1 as one')).then(({ rows }) => { console.log(rows[0].one); return client.end() })`,
    )
    expect(ended).toMatchObject({ ...WELL, output: '1\n' })
  })

  test('with allowExitOnIdle, while the pool is open', async () => {
    const ended = await application(
      `const pool = new pg.Pool(secureConfig({ allowExitOnIdle: true, min: 0, idleTimeoutMillis: 60_000 }))
       pool.query('select 1 as one').then(({ rows }) => console.log(rows[0].one, pool.totalCount))`,
    )
    expect(ended).toMatchObject({ ...WELL, output: '1 1\n' })
    expect(ended.milliseconds).toBeLessThan(8_000)
  })

  test('after a connect that ran out of time: no timer and no socket is left', async () => {
    const hole = await blackHole()
    const ended = await application(
      `const pool = new pg.Pool(secureConfig({ min: 0, connectionTimeoutMillis: 600 }))
       const client = new pg.Client(secureConfig({ connectionTimeoutMillis: 600 }))
       for (const work of [pool.query('select 1'), client.connect()]) work.catch((error) => console.log(/timeout/.test(error)))`,
      { environment: { DB_PORT: `${hole.port}` } },
    )
    await hole.stop()
    expect(ended).toMatchObject({ ...WELL, output: 'true\ntrue\n' })
    expect(ended.milliseconds).toBeLessThan(8_000)
  })

  test('after verifyConnection()', async () => {
    const ended = await application(
      `verifyConnection(resolveProfile().profile).then(({ server }) => console.log(server.user, server.encrypted))`,
    )
    expect(ended).toMatchObject({ ...WELL, output: 'scram_user true\n' })
  })
})

describe('a process lives on', () => {
  test('when the server kills an idle client, where the pool has an error listener', async () => {
    const ended = await application(
      `const pool = new pg.Pool(secureConfig({ min: 0 }))
       const lost = new Promise((resolve) => pool.on('error', resolve))
       async function main() {
         const { rows } = await pool.query('select pg_backend_pid() as pid')
         console.log('pid', rows[0].pid)
         console.log((await lost).code)
         console.log((await pool.query('select 1 as one')).rows[0].one)
         await pool.end()
       }
       main()`,
      {
        onOutput: (output) => {
          const [, pid] = /^pid (\d+)\n$/.exec(output) ?? []
          if (pid) void server.sql(`select pg_terminate_backend(${pid})`)
        },
      },
    )
    expect(ended).toMatchObject({ ...WELL, output: expect.stringMatching(/^pid \d+\n57P01\n1\n$/) })
  })
})

describe('SIGINT', () => {
  const interrupt: NonNullable<ScriptRun['onOutput']> = (output, kill) => {
    if (output === 'ready\n') kill('SIGINT')
  }

  test('ends a process with an open pool at once', async () => {
    const ended = await application(
      `const pool = new pg.Pool(secureConfig({ min: 0 }))
       pool.query('select 1').then(() => console.log('ready'))`,
      { onOutput: interrupt },
    )
    expect(ended).toMatchObject({ code: null, signal: 'SIGINT', output: 'ready\n' })
  })

  test('with a handler that ends the pool, a running query is finished first', async () => {
    const ended = await application(
      `const pool = new pg.Pool(secureConfig({ min: 0 }))
       process.once('SIGINT', () => pool.end().then(() => console.log('ended')))
       pool.connect().then(async (client) => {
         const running = client.query('select pg_sleep(0.4), 1 as one')
         console.log('ready')
         console.log((await running).rows[0].one)
         client.release()
       })`,
      { onOutput: interrupt },
    )
    expect(ended).toMatchObject({ ...WELL, output: 'ready\n1\nended\n' })
  })

  test('with a handler that ends a client which is still connecting', async () => {
    const hole = await blackHole()
    const ended = await application(
      `const client = new pg.Client(secureConfig())
       process.once('SIGINT', () => client.end())
       client.connect().catch(({ message }) => console.log(message))
       setTimeout(() => console.log('ready'), 200)`,
      { environment: { DB_PORT: `${hole.port}` }, onOutput: interrupt },
    )
    await hole.stop()
    expect(ended).toMatchObject({ ...WELL, output: 'ready\nConnection terminated\n' })
    expect(ended.milliseconds).toBeLessThan(8_000)
  })
})

describe('the package, as it is built', () => {
  test('loads pg and its parts, and nothing else', async () => {
    const { output } = await application(
      `secureConfig()
       const names = Object.keys(require.cache).map((path) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(path)?.[1])
       console.log([...new Set(names)].filter(Boolean).sort().join(' '))`,
    )
    expect(
      output
        .trim()
        .split(' ')
        .filter((name) => !/^(pg|pg-.*|pgpass|postgres-.*|split2|xtend)$/.test(name)),
    ).toEqual([])
    expect(output).not.toContain('pg-native')
  })

  test('gives its names to an ES module', async () => {
    const ended = await application(
      `const pool = new pg.Pool(secureConfig({ min: 0 }))
       const client = await pool.connect()
       console.log(typeof securePg, typeof explain, attestationOf(client).tls.verification)
       client.release()
       await pool.end()`,
      { format: 'mjs' },
    )
    expect(ended).toMatchObject({ ...WELL, output: 'function function full\n' })
  })
})
