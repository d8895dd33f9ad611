import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { resolveProfile, type Settings } from '../../src/index.ts'
import { errorResponse } from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer } from './memory-network.ts'

const NO_HOST =
  'note: no host is configured, so localhost is tried: set DATABASE_URL, DB_HOST or PGHOST, or host in the options or settings'

async function failure(settings: Settings, server: MemoryServer = 'refuses'): Promise<string> {
  const { profile } = resolveProfile({ settings: { user: 'app', policy: 'development', environment: {}, ...settings } })
  const servers = { '127.0.0.1': server, 'db.example': server }
  const network = new MemoryNetwork(servers, { localhost: ['127.0.0.1'] })
  return await dial(profile, {}, undefined, network).then(
    () => 'connected',
    (error: Error) => error.message,
  )
}

describe('notes on a failure', () => {
  test('no host is configured and nobody answers → said', async () => {
    expect((await failure({})).split('\n').at(-1)).toBe(NO_HOST)
  })

  test('a host is configured, localhost too → nothing is said of it', async () => {
    for (const host of ['localhost', 'db.example'])
      expect(await failure({ host, failoverTimeoutMs: 0 })).not.toContain('no host is configured')
  })

  test.each(['unsupported startup parameter: options', 'unsupported startup parameter in options: search_path'])(
    '%s → what to do with PgBouncer',
    async (message) => {
      const parameter = message.split(': ')[1]
      const server = [errorResponse({ C: '08P01', M: message })]
      const said = await failure({ host: 'localhost', sslmode: 'disable' }, server)
      expect(said).toBe(
        `${message}\nnote: PgBouncer or another pooler refuses the start-up parameter ${parameter}: remove it from the settings, URL or driver options, or add it to ignore_startup_parameters in pgbouncer.ini`,
      )
    },
  )

  test('a timeout of 30, meant in seconds → the unit is named below, and the host', async () => {
    const said = await failure(
      { host: 'localhost', sslmode: 'disable', pool: { connectionTimeoutMillis: 30 } },
      'is silent',
    )
    expect(said.split('\n').at(-1)).toBe(
      'note: pool.connectionTimeoutMillis=30 (from settings.pool.connectionTimeoutMillis) is 0.03 s, as it is in milliseconds (rule time-unit); for 30 s write 30000',
    )
    expect(said).toContain('the last host was localhost:5432')
  })
})
