import { cached, chained, resolveProfile, retried } from '@verifull/core'
import {
  type Credentials,
  type CredentialsProvider,
  explain,
  processStats,
  type Settings,
  secureConfig,
  securePg,
} from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { allEvents } from './all-events.ts'
import { CANARY, searchFor } from './canary.ts'
import { shown } from './shown.ts'

const NEXT = 'v9Yk2TnB!e7Hq4Zx@M6fJ1wLc8Rg3Dp5sUa0oI'

const database = await startDatabase()
const { server, settings: its } = database
const { password: _password, ...where } = its
const searches = [searchFor(CANARY), searchFor(NEXT)]
const events = allEvents()
afterAll(() => database.stop())

function expectNothing(things: Record<string, unknown>): void {
  for (const [name, thing] of Object.entries(things)) {
    const text = shown(thing)
    expect({ name, found: searches.flatMap((search) => search(text)) }).toEqual({ name, found: [] })
  }
}

/** Passwords as a store that is being rotated gives them. */
const store = (...passwords: string[]) => {
  const secrets: CredentialsProvider = async ({ rejected = [] }): Promise<Credentials> => ({
    user: 'scram_user',
    password: passwords[Math.min(rejected.length, passwords.length - 1)] ?? '',
    version: `v${rejected.length}`,
  })
  return secrets
}

/** An error as HTTP clients throw it: the request with its headers, and the answer. */
const failing: CredentialsProvider = async () => {
  const config = { headers: { authorization: `Bearer ${CANARY}` } }
  throw Object.assign(new Error(`no ${CANARY}`), { name: 'AxiosError', config, response: { data: NEXT } })
}

const DECORATED: Readonly<Record<string, (secrets: CredentialsProvider) => CredentialsProvider>> = {
  'a provider': (secrets) => secrets,
  'a cache': (secrets) => cached(secrets, { ttlMs: 1 }),
  'a chain that fails as a whole': (secrets) => chained(chained(secrets, failing), failing),
  'retries in a chain': (secrets) => chained(retried(secrets), async () => ({ password: CANARY })),
}

describe.each(Object.entries(DECORATED))('nothing shows the secrets of %s', (_what, decorate) => {
  test('through a rotation', async () => {
    await server.sql(`alter role scram_user password '${CANARY}'`)
    const secrets = decorate(store(CANARY, NEXT))
    const settings: Settings = { ...where, secrets }
    const resolution = resolveProfile({ settings })
    const { Pool } = securePg(resolution.profile)
    const [pool, own] = [new pg.Pool(secureConfig({}, settings)), new Pool()]
    const lent = await Promise.all([pool.connect(), own.connect()])
    await server.sql(`alter role scram_user password '${NEXT}'`)
    const during = [pool.connect(), own.connect()]
    const text = shown({ pool, own, lent })
    const fresh = await Promise.all(during)
    expectNothing({
      secrets,
      resolution,
      pool,
      own,
      lent,
      fresh,
      text,
      events,
      stats: processStats(),
      explanation: explain({ settings }),
    })
    for (const client of [...lent, ...fresh]) client.release()
    await Promise.all([pool.end(), own.end()])
    expectNothing({ pool, own, afterwards: [...lent, ...fresh] })
  })

  test('where all of them are refused', async () => {
    await server.sql("alter role scram_user password 'something else'")
    const pool = new pg.Pool(secureConfig({}, { ...where, secrets: decorate(store(CANARY, NEXT)) }))
    const client = new pg.Client(secureConfig({}, { ...where, secrets: decorate(store(CANARY, NEXT)) }))
    client.on('error', () => {})
    const errors = await Promise.all(
      [pool.query('select 1'), pool.query('select 1'), client.connect()].map((work) =>
        (work as Promise<unknown>).catch((error: unknown) => error),
      ),
    )
    expect(errors).toMatchObject(Array(3).fill({ code: '28P01', cause: { code: 'CREDENTIALS_REFUSED' } }))
    expectNothing({ errors, pool, client, events })
    await Promise.all([pool.end(), client.end()])
  })

  test('where the store fails in the middle, with the secret in its error', async () => {
    await server.sql("alter role scram_user password 'something else'")
    const failing: CredentialsProvider = async ({ rejected }) => {
      if (!rejected) return { user: 'scram_user', password: CANARY }
      const quoted = `cannot parse {"password":"${NEXT}"}`
      throw Object.assign(new SyntaxError(quoted, { cause: quoted }), { body: quoted, rejected })
    }
    const pool = new pg.Pool(secureConfig({}, { ...where, secrets: decorate(failing) }))
    const error = await pool.query('select 1').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: '28P01' })
    expectNothing({ error, pool, events })
    await pool.end()
  })
})

test('nor where the last good secret is used while the store fails', async () => {
  await server.sql(`alter role scram_user password '${CANARY}'`)
  let asked = 0
  const secrets = cached(
    async () => {
      if (asked++ > 0) throw new Error(`no ${CANARY}`)
      return { user: 'scram_user', password: CANARY }
    },
    { ttlMs: 1 },
  )
  const pool = new pg.Pool(secureConfig({}, { ...where, secrets }))
  const lent = []
  for (let count = 0; count < 3; count++) {
    lent.push(await pool.connect())
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expectNothing({ pool, lent, events, secrets })
  for (const client of lent) client.release()
  await pool.end()
})

test('what was searched had events of every kind', () => {
  const kinds = new Set(events.flatMap((event) => (event as { kind?: string }).kind ?? []))
  expect(kinds).toEqual(new Set(['policy', 'finding', 'opened', 'retired', 'fetched', 'refused', 'failed', 'stale']))
})
