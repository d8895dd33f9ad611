import { appendFile, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitor, type Settings, secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())

function watched(settings: Settings) {
  const pool = new pg.Pool(secureConfig({ max: 1, connectionTimeoutMillis: 2000 }, settings))
  const watching = monitor(pool)
  const heard: string[] = []
  watching.onEvent('verifull:credentials', ({ kind }) => void heard.push(`secret ${kind}`))
  watching.onEvent('verifull:endpoint', ({ kind }) => void heard.push(`server ${kind}`))
  watching.onEvent('verifull:tls', ({ kind }) => void heard.push(`tls ${kind}`))
  onTestFinished(async () => {
    watching.close()
    await pool.end()
  })
  return { pool, watching, heard }
}

const { password: _password, user: _user, ...rest } = database.settings
const password = String(database.settings.password)

test('monitor: events of secrets, servers and TLS material → those of its own database', async () => {
  const own = join(database.folder, 'own.crt')
  await copyFile(database.ca, own)
  const secrets = async () => ({ user: 'scram_user', password })
  const one = watched({ ...rest, sslrootcert: own, secrets })
  const other = watched({ ...database.settings, port: 1, failoverTimeoutMs: 0 })
  await one.pool.query('select 1')
  await expect(other.pool.query('select 1')).rejects.toThrow('ECONNREFUSED')
  await appendFile(own, '\n')
  await one.pool.connect().then((client) => client.release(true))
  await one.pool.query('select 1')
  expect(one.heard).toEqual(['secret fetched', 'tls reloaded'])
  expect(new Set(other.heard)).toEqual(new Set(['server breaker']))
})

test('monitor: health while the secret store is away → down with its error, and no secret in it', async () => {
  const secrets = async () => {
    throw new Error(`the store has lost ${password}`)
  }
  const { watching } = watched({ ...rest, secrets })
  const health = await watching.health({ deadlineMs: 5000 })
  expect(health).toMatchObject({
    status: 'down',
    pools: [{ state: 'down', failure: { code: 'CREDENTIALS_PROVIDER' } }],
  })
  expect(JSON.stringify(health)).not.toContain(password)
})

test('monitor: the policy, which is told before there is a monitor → refused, with the way to hear it', () => {
  const { watching } = watched(database.settings)
  expect(() => watching.onEvent('verifull:policy' as never, () => {})).toThrow(
    'monitor().onEvent(): channel must be another one: the policy is told when a configuration is made; use onEvent() itself',
  )
})
