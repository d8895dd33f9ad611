import * as knex from '@verifull/knex'
import type { OwnRule } from '@verifull/pg'
import * as pg from '@verifull/pg'
import * as sequelize from '@verifull/sequelize'
import { startDatabase } from '@verifull/test-harness'
import * as typeorm from '@verifull/typeorm'
import { afterAll, describe, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())
const { server, settings } = database
const { host, port, user, ...others } = settings
const where = `${host}:${port}`

/** The same place in the words of each library. */
const DOORS = [
  ['pg', pg, { host, port, user }],
  ['TypeORM', typeorm, { host, port, username: user }],
  ['Sequelize', sequelize, { host, port, username: user }],
  ['Knex', knex, { connection: { host, port, user } }],
] as const

/** A rule that the server breaks. */
const asIn = (needs: 'server' | 'settings') =>
  ({
    id: `own-${needs}`,
    needs,
    severity: { production: 'refuse' },
    why: 'a test',
    check: () => [{ what: `something about the ${needs}`, fix: 'mend it' }],
  }) as const satisfies OwnRule

describe.each(DOORS)('verifyConnection() of %s', (_name, { verifyConnection, resolveProfile }, options) => {
  test('options and settings, a replica → every server is seen from both sides, and the findings are given back', async () => {
    const {
      attestation,
      server: seen,
      replicas,
      findings,
    } = await verifyConnection({
      options,
      settings: { ...others, replicas: [where] },
    } as never)
    expect(attestation).toMatchObject({ host, port, user, tls: { verification: 'full' } })
    expect(seen).toMatchObject({ user, database: server.database, encrypted: true, superuser: false })
    expect(replicas).toMatchObject([{ attestation: { port }, server: { encrypted: true } }])
    const rules = findings.map(({ rule }) => rule)
    expect(rules).toContain('key-exchange-classical')
    expect(rules.filter((rule) => rule === 'key-exchange-classical')).toHaveLength(1)
  })

  test('a profile → its one server', async () => {
    const { profile } = resolveProfile({ options, settings: others } as never)
    expect(await verifyConnection(profile)).toMatchObject({ server: { user, encrypted: true }, replicas: [] })
  })

  test('a rule that the servers break → one PolicyError, with each refusal once', async () => {
    const policy = { use: 'production', rules: [asIn('server')] } as const
    const given = { options, settings: { ...others, replicas: [where], policy } }
    await expect(verifyConnection(given as never)).rejects.toMatchObject({
      code: 'POLICY',
      findings: [{ rule: 'own-server', what: 'something about the server' }],
    })
  })

  test('settings that are refused → no connection', async () => {
    const before = (await server.connectionsSeen()).length
    const policy = { use: 'production', rules: [asIn('settings')] } as const
    await expect(verifyConnection({ options, settings: { ...others, policy } } as never)).rejects.toThrow(
      'something about the settings is refused by policy production (rule own-settings); mend it',
    )
    expect((await server.connectionsSeen()).length).toBe(before)
  })

  test('settings without the words around them → an error that says how', async () => {
    await expect(verifyConnection(settings as never)).rejects.toThrow(
      'verifyConnection(): sources has settings and options, and no "host"; write verifyConnection({ settings, options })',
    )
  })
})
