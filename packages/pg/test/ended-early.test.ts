import { blackHole, startDatabase } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { runScript } from './child.ts'

const database = await startDatabase()
const hole = await blackHole()
afterAll(() => Promise.all([database.stop(), hole.stop()]))

/** Runs a script; an unhandled rejection ends it with code 1. */
function application(body: string, environment: Readonly<Record<string, string>> = {}) {
  const { password } = database.settings
  return runScript(body, {
    environment: {
      ...database.environment,
      NODE_NO_WARNINGS: '1',
      DB_USER: 'scram_user',
      DB_PASSWORD: String(password),
      ...environment,
    },
    flags: ['--unhandled-rejections=strict'],
  })
}

const CLIENTS = {
  'new pg.Client(secureConfig())': 'new pg.Client(secureConfig())',
  'new Client() of secureConfig()': '(({ Client, ...config }) => new Client(config))(secureConfig())',
  'new Client() of securePg()': 'new (securePg(resolveProfile().profile).Client)()',
}

/** Each says how it went on; none may leave a rejection that nobody handles, and the process ends by itself. */
const SCENES: Readonly<Record<string, readonly [scene: string, said: string]>> = {
  'connect() and end() in one tick': ['client.connect(); await client.end(); say("ended")', 'ended'],
  'connect() and end() in one tick, with callbacks': [
    'client.connect(() => {}); await new Promise((resolve) => client.end(resolve)); say("ended")',
    'ended',
  ],
  'end() a while after connect()': [
    'client.connect(); await new Promise((resolve) => setTimeout(resolve, 3)); await client.end(); say("ended")',
    'ended',
  ],
  'end() twice': ['client.connect(); client.end(); await client.end(); say("ended")', 'ended'],
  'end() before connect()': [
    'await client.end(); await client.connect(); await client.query("select 1").catch(({ message }) => say(message)); await client.end(); say("ended")',
    'Client was closed and is not queryable, ended',
  ],
  'end() and nothing else': ['await client.end(); await client.end(); say("ended")', 'ended'],
  'connect() twice': [
    'const first = client.connect(); await client.connect().catch(({ message }) => say(message)); client.end(); say("ended")',
    'Client has already been connected. You cannot reuse a client., ended',
  ],
  'end() twice after connect()': ['await client.connect(); client.end(); await client.end(); say("ended")', 'ended'],
  'a query on its way': [
    'await client.connect(); const query = client.query("select pg_sleep(1)").catch(({ message }) => say(message)); await client.end(); await query; say("ended")',
    'Connection terminated, ended',
  ],
}

describe.each(Object.entries(CLIENTS))('%s', (_name, client) => {
  test.each(['a server', 'a server that does not answer'])(
    'is ended early, with %s → the process lives',
    async (which) => {
      const isThere = which === 'a server'
      const scenes = Object.entries(SCENES).filter(
        ([name]) => isThere || /one tick|a while|^end\(\) (twice|and nothing else)$/.test(name),
      )
      const { code, signal, output } = await application(
        `;(async () => {
         ${scenes
           .map(
             ([name, [scene]]) =>
               `{ const said = [], say = (text) => said.push(text), client = ${client}; ${scene}; console.log(${JSON.stringify(name)} + ': ' + said.join(', ')) }`,
           )
           .join('\n')}
       })()`,
        isThere ? {} : { DB_PORT: String(hole.port) },
      )
      expect(output.trimEnd().split('\n')).toEqual(scenes.map(([name, [, said]]) => `${name}: ${said}`))
      expect({ code, signal }).toEqual({ code: 0, signal: null })
    },
  )

  test('a connect() that fails and that nobody waits for → ends the process, as it should', async () => {
    const { code, output } = await application(`;${client}.connect()`, { DB_PORT: '1' })
    expect(output).toContain('ECONNREFUSED')
    expect(code).toBe(1)
  })
})

test.each(Object.entries(CLIENTS))(
  '%s: connect() that is ended in the same tick → rejects for whoever waits',
  async (_name, client) => {
    const { output, code } = await application(
      `const client = ${client}
     const connecting = client.connect()
     client.end()
     connecting.catch(({ message }) => console.log(message))`,
    )
    expect([output, code]).toEqual(['Connection terminated\n', 0])
  },
)

test('a pool that is ended while it connects → the query is answered, and the process ends', async () => {
  const { output, code } = await application(
    `const pool = new pg.Pool(secureConfig({ min: 0 }))
     pool.query('select 1 as one').then(({ rows }) => console.log(rows[0].one))
     pool.end().then(() => console.log('ended'))`,
  )
  expect([output, code]).toEqual(['1\nended\n', 0])
})
