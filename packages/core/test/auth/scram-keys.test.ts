import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { scramKeys } from '../../src/auth/scram-keys.ts'

describe('the keys of a password', () => {
  test('reproduce the exchange of RFC 7677 §3', async () => {
    const { clientKey, storedKey, serverKey } = await scramKeys(
      'pencil',
      Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
      4096,
    )
    const signed = [
      'n=user,r=rOprNGfwEbeRWgbNEkqO',
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    ].join(',')
    const signature = createHmac('sha256', storedKey).update(signed).digest()
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
    expect(proof.toString('base64')).toBe('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=')
    expect(createHmac('sha256', serverKey).update(signed).digest('base64')).toBe(
      '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    )
    expect(createHash('sha256').update(clientKey).digest()).toEqual(storedKey)
  })

  test('are derived once for all that ask at the same time, and kept', async () => {
    const salt = Buffer.from('shared flight')
    const flights = [scramKeys('one', salt, 10), scramKeys('one', salt, 10)]
    expect(flights[0]).toBe(flights[1])
    await Promise.all(flights)
    expect(scramKeys('one', salt, 10)).toBe(flights[0])
  })

  test('are the same for passwords that are prepared alike', () => {
    const salt = Buffer.from('prepared')
    expect(scramKeys('I\u00ADX', salt, 10)).toBe(scramKeys('IX', salt, 10))
  })

  test('are others for another password, salt or number of rounds', async () => {
    const salt = Buffer.from('a salt')
    const keys = await Promise.all([
      scramKeys('one', salt, 10),
      scramKeys('two', salt, 10),
      scramKeys('one', Buffer.from('another salt'), 10),
      scramKeys('one', salt, 11),
    ])
    expect(new Set(keys.map(({ clientKey }) => clientKey.toString('hex'))).size).toBe(4)
  })

  test('of at most 128 passwords are kept, the oldest are forgotten first', async () => {
    const salt = Buffer.from('many')
    const first = scramKeys('0', salt, 1)
    const second = scramKeys('1', salt, 1)
    for (let i = 2; i <= 128; i++) await scramKeys(String(i), salt, 1)
    expect(scramKeys('1', salt, 1)).toBe(second)
    expect(scramKeys('0', salt, 1)).not.toBe(first)
  })
})
