import { describe, expect, test } from 'vitest'
import { Groups, groups, HYBRID } from '../../src/tls/groups.ts'
import { HAS_HYBRID } from './key-exchange.ts'

/** The effect of a list on an OpenSSL with these groups, with or without key shares. */
const openssl = (known: string, shares: boolean) => (list: string) =>
  list.split(':').every((group) => known.includes(group.replace('*', '')) && (shares || !group.startsWith('*')))
const CLASSICAL = 'prime256v1:X25519:secp384r1:secp521r1'

describe('an OpenSSL with hybrid groups and key shares', () => {
  const newest = new Groups(openssl(`${HYBRID}:${CLASSICAL}`, true))

  test.each([
    [undefined, 'prime256v1:X25519:secp384r1:secp521r1'],
    ['prime256v1', 'prime256v1:X25519:secp384r1:secp521r1'],
    ['X25519', 'X25519:prime256v1:secp384r1:secp521r1'],
    ['secp384r1', 'secp384r1:prime256v1:X25519:secp521r1'],
    ['X25519MLKEM768', 'prime256v1:X25519:secp384r1:secp521r1'],
    ['ffdhe2048', 'prime256v1:X25519:secp384r1:secp521r1'],
  ])('the server chose %s → hybrid first, and a share of that', (chose, classical) => {
    expect(newest.for(chose)).toBe(`*${HYBRID}:*${classical}`)
  })

  test('hybrid is demanded → nothing else', () => {
    expect(newest.hybrid).toBe(HYBRID)
  })
})

describe('an older OpenSSL', () => {
  test.each([
    [undefined, 'prime256v1:X25519:secp384r1:secp521r1'],
    ['X25519', 'X25519:prime256v1:secp384r1:secp521r1'],
    ['X25519MLKEM768', 'prime256v1:X25519:secp384r1:secp521r1'],
  ])('the server chose %s → that first', (chose, list) => {
    const old = new Groups(openssl(CLASSICAL, false))
    expect(old.for(chose)).toBe(list)
    expect(old.hybrid).toBeUndefined()
  })

  test('with hybrid groups and without key shares → hybrid first', () => {
    const provider = new Groups(openssl(`X25519MLKEM768:${CLASSICAL}`, false))
    expect(provider.for('prime256v1')).toBe(`X25519MLKEM768:${CLASSICAL}`)
    expect(provider.hybrid).toBe('X25519MLKEM768')
  })
})

test('this Node → hybrid from OpenSSL 3.5 on', () => {
  expect(groups.hybrid).toBe(HAS_HYBRID ? HYBRID : undefined)
  expect(groups.for(undefined)).toBe(HAS_HYBRID ? `*${HYBRID}:*${CLASSICAL}` : CLASSICAL)
})
