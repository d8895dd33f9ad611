import { createPrivateKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  attestationOf,
  explain,
  monitor,
  processStats,
  resolveProfile,
  type Settings,
  secureConfig,
  securePg,
  verifyConnection,
} from '@verifull/pg'
import { encryptedKey, startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { allEvents } from './all-events.ts'
import { CANARY, canaryIn, type Search, searchFor } from './canary.ts'
import { PLACES } from './places.ts'
import { shown } from './shown.ts'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, hierarchy, ca, folder } = database
for (const role of ['scram_user', 'md5_user', 'password_user']) {
  const encryption = role === 'md5_user' ? 'md5' : 'scram-sha-256'
  await server.sql(`set password_encryption = '${encryption}'; alter role ${role} password '${CANARY}'`)
}
const events = allEvents()

/** Connects in every way there is, and gives all that can be looked at before, while and after. */
async function everything(sources: { options?: pg.PoolConfig; settings?: Settings }): Promise<Record<string, unknown>> {
  const { options = {}, settings = {} } = sources
  const config = secureConfig({ min: 0, max: 1, ...options }, settings)
  const resolution = resolveProfile(sources)
  const pool = new pg.Pool(config)
  const bare = new pg.Client(config)
  const secured = new (securePg(resolution.profile).Client)()
  const connecting = [bare.connect(), secured.connect()]
  const during = [shown(bare), shown(secured)]
  await Promise.all(connecting)
  const client = await pool.connect()
  const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
  expect(rows).toEqual([{ ssl: true }])
  const watching = monitor(pool)
  const things = {
    ...{ config, resolution, pool, bare, secured, during, client, rows, events },
    ...{ watching, stats: watching.stats(), process: processStats() },
    explanation: explain(sources),
    attestations: [attestationOf(client), attestationOf(bare)],
    verified: await verifyConnection(resolution.profile),
  }
  const texts = Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, shown(thing)]))
  client.release()
  const health = shown(await watching.health())
  watching.close()
  await Promise.all([pool.end(), bare.end(), secured.end()])
  return { ...texts, health, afterwards: shown({ pool, bare, secured }) }
}

function expectNothing(texts: Record<string, unknown>, search: Search): void {
  for (const [name, text] of Object.entries(texts)) {
    expect({ name, found: search(String(text)) }).toEqual({ name, found: [] })
  }
}

test('the search finds what pg itself shows (h)', () => {
  const withUrl = new pg.Pool({ connectionString: `postgres://app:${encodeURIComponent(CANARY)}@localhost/app` })
  expect(canaryIn(shown(withUrl))).toEqual(['a piece of it', 'percent-encoded'])
  expect(canaryIn(JSON.stringify(withUrl.options))).toEqual(['a piece of it', 'percent-encoded'])
  expect(canaryIn(shown(new Error('x', { cause: new AggregateError([{ deep: [CANARY] }]) })))).toEqual([
    'a piece of it',
  ])
  expect(canaryIn(shown({ sent: Buffer.from(`p${CANARY}`) }))).toContain('hex')
  expect(canaryIn(Buffer.from(`user:${CANARY}:x`).toString('base64'))).toEqual(['base64url'])
  class Holder {
    readonly #private = CANARY
    get length() {
      return this.#private.length
    }
  }
  expect(canaryIn(shown(new Holder()))).toEqual([])
})

const LOGINS = [
  ...Object.keys(PLACES).map((place) => ['scram_user', place] as const),
  ...['md5_user', 'password_user'].flatMap((user) =>
    ['an option', 'the URL of a variable', 'a password file', 'a credentials provider'].map(
      (place) => [user, place] as const,
    ),
  ),
]

test.each(LOGINS)('%s logs in with the password from %s, and nothing shows it', async (user, place) => {
  const given = PLACES[place]?.({ host: 'localhost', port: server.port, user, database: 'app' }, folder)
  const environment = { NODE_ENV: 'production', ...given?.environment }
  const settings = { sslrootcert: ca, ...given?.settings, environment }
  expectNothing(await everything({ ...(given?.options && { options: given.options }), settings }), canaryIn)
})

describe('a client certificate logs in and nothing shows its key', async () => {
  const { chain, key } = await hierarchy.root.issue({ usage: 'client', commonName: 'cert_user' })
  const keyIn = searchForKey(key)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  test('the search finds a key', () => {
    const der = createPrivateKey(key).export({ format: 'der', type: 'sec1' })
    for (const text of [shown({ key }), shown({ der }), der.toString('hex')]) expect(keyIn(text)).not.toEqual([])
  })

  const where = { host: 'localhost', port: server.port, user: 'cert_user', database: 'app' }
  const environment = { NODE_ENV: 'production' }
  const inSettings = (settings: Settings) => ({ settings: { ...where, sslrootcert: ca, environment, ...settings } })
  const inSsl = (ssl: object) => ({ options: { ...where, ssl: { ca, ...ssl } }, settings: { environment } })

  test.each<[string, { options?: pg.PoolConfig; settings: Settings }]>([
    ['PEM text in ssl.key', inSsl({ cert: chain, key })],
    ['bytes in ssl.key', inSsl({ cert: chain, key: Buffer.from(key) })],
    ['PEM text in a setting', inSettings({ sslcert: chain, sslkey: key })],
    ['base64 in a setting', inSettings({ sslcert: chain, sslkey: Buffer.from(key).toString('base64') })],
    [
      'a variable',
      {
        settings: {
          ...where,
          environment: { ...environment, DB_SSL_CA: ca, DB_SSL_CERT: chain, DB_SSL_KEY: key.replaceAll('\n', '\\n') },
        },
      },
    ],
    ['a file', inSettings({ sslcert: file('a.crt', chain), sslkey: file('a.key', key) })],
    ['one text with the certificate', inSettings({ sslcert: chain + key, sslkey: chain + key })],
    ['the same in base64', inSettings({ sslcert: Buffer.from(chain + key).toString('base64'), sslkey: key })],
    [
      'a key among the roots, where it has no business',
      inSettings({ sslcert: chain, sslkey: key, sslrootcert: `${hierarchy.root.certificate}${key}` }),
    ],
  ])('from %s', async (_place, sources) => {
    expectNothing(await everything(sources), keyIn)
  })

  test.each<[string, { options?: pg.PoolConfig; settings: Settings }]>([
    ['a setting', inSettings({ sslcert: chain, sslkey: encryptedKey(key, CANARY), sslpassword: CANARY })],
    ['ssl.passphrase', inSsl({ cert: chain, key: encryptedKey(key, CANARY), passphrase: CANARY })],
    [
      'a URL',
      inSettings({
        sslcert: chain,
        sslkey: file('b.key', encryptedKey(key, CANARY)),
        url: `postgres://?sslpassword=${encodeURIComponent(CANARY)}`,
      }),
    ],
  ])('with the passphrase from %s', async (_place, sources) => {
    const texts = await everything(sources)
    expectNothing(texts, canaryIn)
    expectNothing(texts, keyIn)
  })

  test('and neither the events nor the warnings of a reload do, good or bad', async () => {
    const [sslcert, sslkey] = [file('c.crt', chain), file('c.key', key)]
    const pool = new pg.Pool(
      secureConfig({ min: 0, max: 1 }, { ...where, sslrootcert: ca, sslcert, sslkey, environment }),
    )
    const before = events.length
    for (const text of [key.slice(0, 150), key]) {
      file('c.key', text)
      const client = await pool.connect()
      client.release(true)
    }
    await pool.end()
    const kinds = events.slice(before).map((event) => (event instanceof Error ? 'warning' : (event as Event).kind))
    expect(kinds.filter((kind) => /reload|warning/.test(kind ?? ''))).toEqual(['reload-failed', 'warning', 'reloaded'])
    expectNothing({ events: shown(events) }, keyIn)
  })
})

interface Event {
  readonly kind?: string
}

/** Searches for the private number of an EC key; what comes behind it is the public one, which the certificate shows. */
function searchForKey(key: string): Search {
  const { d = '' } = createPrivateKey(key).export({ format: 'jwk' })
  const hex = Buffer.from(d, 'base64url').toString('hex')
  // In PKCS#8 the number begins where a group of four base64 characters does.
  const inPem = searchFor(key.replace(/-----.*-----|\s/g, '').slice(48, 88), 8)
  const inHex = searchFor(hex, 16)
  return (text) => [...inPem(text), ...inHex(text)]
}
