import { secureConfig } from '@verifull/pg'
import { startDatabase } from '@verifull/test-harness'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())

/** Passwords that PostgreSQL itself prepares when they are set, or takes as they are. */
const PASSWORDS = [
  'I\u00ADX',
  '\u2168',
  '\u2168😀',
  '\u00AD😀',
  'ª🦄b',
  'x\u00ADẞ',
  '\u0627\u00AD\u0628',
  '\u0627\u00ADa\u0628',
  'a\u00A0b',
  '\u00AA\uE000',
  '\u2168\u2600',
  '\u2168\uFDD0',
  '\u2168\u{2FFFE}',
  '\u2168\u{EFFFF}',
  'pässwörd 日本語',
]

describe('a password that the server has prepared → logs in', () => {
  test.each(PASSWORDS)('%j', async (password) => {
    await database.server.sql(`alter role scram_user password '${password}'`)
    const client = new pg.Client(secureConfig({}, { ...database.settings, password }))
    await client.connect()
    const { rows } = await client.query('select current_user::text as user')
    expect(rows).toEqual([{ user: 'scram_user' }])
    await client.end()
  })

  test('another one → 28P01', async () => {
    await database.server.sql(`alter role scram_user password '\u2168😀'`)
    const client = new pg.Client(secureConfig({}, { ...database.settings, password: 'IX😀' }))
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' })
  })
})
