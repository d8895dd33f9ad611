import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { scramKeys } from '../../src/auth/scram-keys.ts'

describe('scramKeys: many exchanges with many iterations → one after the other', () => {
  test('what else needs a thread, and a login with few iterations, is done before them', async () => {
    const ended: string[] = []
    const costly = Array.from({ length: 12 }, (_, index) =>
      scramKeys('password', randomBytes(16), 400_000).then(() => ended.push(`many ${index}`)),
    )
    await Promise.all([
      stat('.').then(() => ended.push('file')),
      scramKeys('password', randomBytes(16), 4096).then(() => ended.push('few')),
    ])
    expect(ended.filter((name) => name.startsWith('many')).length).toBeLessThan(costly.length / 2)
    await Promise.all(costly)
    expect(ended.filter((name) => name.startsWith('many'))).toEqual(costly.map((_, index) => `many ${index}`))
  })

  test('the keys are those of RFC 7677', async () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
    const { storedKey } = await scramKeys('pencil', salt, 4096)
    expect(storedKey.toString('base64')).toBe('WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=')
  })
})
