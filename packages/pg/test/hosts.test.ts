import { attestationOf, type Settings, secureConfig } from '@verifull/pg'
import { blackHole, createHierarchy, startPostgresPair } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'

const hierarchy = await createHierarchy()
const { chain, key } = hierarchy.servers.good
const { primary, standby, stop } = await startPostgresPair({ tls: { certificate: chain, key } })
const hole = await blackHole()
afterAll(async () => {
  await hole.stop()
  await stop()
})

const NAMES = { [primary.port]: 'primary', [standby.port]: 'standby', [hole.port]: 'nobody', 1: 'nothing' }
const PORTS = { primary: primary.port, standby: standby.port, nothing: 1, nobody: hole.port }
type Name = keyof typeof PORTS

/** Variables with which nothing is waited for: the hosts are tried in libpq's order. */
const LIKE_LIBPQ = { NODE_ENV: 'production', DB_FAILOVER_TIMEOUT: '0' }

function settingsFor(names: readonly Name[], more: Settings = {}): Settings {
  return {
    host: names.map(() => 'localhost'),
    port: names.map((name) => PORTS[name]),
    user: 'scram_user',
    password: primary.password('scram_user'),
    database: 'app',
    sslrootcert: hierarchy.root.certificate,
    environment: LIKE_LIBPQ,
    ...more,
  }
}

/** The server that a connection came to, and those that were tried before, with the codes of their refusals. */
async function found(settings: Settings): Promise<string> {
  const client = new pg.Client(secureConfig({}, settings))
  try {
    await client.connect()
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    expect(rows).toEqual([{ ssl: true }])
    const { port = 0, failedAttempts = [] } = attestationOf(client) ?? {}
    return [...failedAttempts.map((failed) => `${NAMES[failed.port]} ${failed.code}`), NAMES[port]].join(' → ')
  } finally {
    await client.end()
  }
}

describe('target_session_attrs', () => {
  test.each<[Settings['target_session_attrs'], Name[], string]>([
    ['any', ['standby', 'primary'], 'standby'],
    ['read-write', ['standby', 'primary'], 'standby WRONG_ROLE → primary'],
    ['read-only', ['primary', 'standby'], 'primary WRONG_ROLE → standby'],
    ['primary', ['standby', 'primary'], 'standby WRONG_ROLE → primary'],
    ['standby', ['primary', 'standby'], 'primary WRONG_ROLE → standby'],
    ['prefer-standby', ['primary', 'standby'], 'primary WRONG_ROLE → standby'],
    ['prefer-standby', ['primary', 'nothing'], 'primary WRONG_ROLE → nothing ECONNREFUSED → primary'],
    ['primary', ['nothing', 'standby', 'primary'], 'nothing ECONNREFUSED → standby WRONG_ROLE → primary'],
  ])('%s among %j', async (target_session_attrs, names, expected) => {
    expect(await found(settingsFor(names, target_session_attrs && { target_session_attrs }))).toBe(expected)
  })

  test('a server known to be in another role → tried last', async () => {
    const settings = settingsFor(['standby', 'primary'], { target_session_attrs: 'read-write', failoverTimeoutMs: 500 })
    await found(settings)
    expect(await found(settings)).toBe('primary')
    expect(await found({ ...settings, target_session_attrs: 'any' })).toBe('standby')
  })

  test('that nobody meets: every host is named', async () => {
    const settings = settingsFor(['standby', 'nothing'], { target_session_attrs: 'read-write' })
    await expect(found(settings)).rejects.toMatchObject({
      name: 'ConnectError',
      code: 'ECONNREFUSED',
      message: [
        'cannot connect to any host:',
        `  localhost:${standby.port} (127.0.0.1), TLS: session is read-only, and target_session_attrs=read-write`,
        '  localhost:1 (127.0.0.1), TLS: connect ECONNREFUSED 127.0.0.1:1',
      ].join('\n'),
    })
  })

  test('in a multi-host URL, which pg cannot parse', async () => {
    const { password } = settingsFor([])
    const url = `postgres://scram_user:${password}@localhost:${standby.port},localhost:${primary.port}/app?target_session_attrs=read-write`
    const settings = { url, sslrootcert: hierarchy.root.certificate, environment: LIKE_LIBPQ }
    expect(await found(settings)).toBe('standby WRONG_ROLE → primary')
  })

  test('a pool finds the new primary after the standby is promoted', async () => {
    const other = await startPostgresPair({ tls: { certificate: chain, key } })
    const ports = [other.primary.port, other.standby.port]
    const settings = {
      ...settingsFor([], { target_session_attrs: 'read-write', failoverTimeoutMs: 5000 }),
      host: ['localhost', 'localhost'],
      port: ports,
    }
    const pool = new pg.Pool(secureConfig({ min: 0 }, settings))
    pool.on('error', () => {}) // the primary is stopped under its idle connection
    const at = async () =>
      (await pool.query('select inet_server_port() as port, pg_is_in_recovery() as standby')).rows[0]
    expect(await at()).toEqual({ port: other.primary.port, standby: false })
    await other.caughtUp()
    await other.primary.stop()
    await other.promote()
    // The pool's idle connection to the old primary has ended by then.
    expect(await at()).toEqual({ port: other.standby.port, standby: false })
    await pool.end()
    await other.stop()
  })
})

describe('several hosts', () => {
  test('the next one is not tried where one refuses the password, as in libpq', async () => {
    const settings = settingsFor(['standby', 'primary'], { password: 'kahGh2-eiYo9' })
    await expect(found(settings)).rejects.toMatchObject({ code: '28P01' })
  })

  test('the next one is not tried where one cannot be verified', async () => {
    const settings = settingsFor(['standby', 'primary'], {
      host: ['db.example', 'localhost'],
      hostaddr: ['127.0.0.1', ''],
    })
    await expect(found(settings)).rejects.toMatchObject({ code: 'TLS_NAME' })
  })

  test('each is verified under its own name', async () => {
    const settings = settingsFor(['nothing', 'primary'], {
      host: ['localhost', 'db.test'],
      hostaddr: ['', '127.0.0.1'],
    })
    expect(await found(settings)).toBe('nothing ECONNREFUSED → primary')
  })

  test('one that is silent leaves time for the next', async () => {
    const settings = settingsFor(['nobody', 'primary'], { connect_timeout: 2 })
    expect(await found(settings)).toBe('nobody ETIMEDOUT → primary')
  })

  test('load_balance_hosts=random comes to both', async () => {
    const settings = settingsFor(['primary', 'standby'], { load_balance_hosts: 'random' })
    const seen = new Set<string>()
    for (let tries = 0; tries < 40 && seen.size < 2; tries++) seen.add(await found(settings))
    expect([...seen].sort()).toEqual(['primary', 'standby'])
  })
})
