import dns from 'node:dns'
import { describe, expect, test, vi } from 'vitest'
import { isLoopback, isLoopbackAddress, lookupLoopback } from '../../src/addresses/loopback.ts'

describe('isLoopback', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'db.localhost',
    'a.db.LocalHost.',
    'localhost.localdomain',
    '127.0.0.1',
    '127.8.9.1',
    '127.1',
    '2130706433',
    '0177.0.0.1',
    '0x7f.1',
    '0.0.0.0',
    '::1',
    '[::1]',
    '::1%lo',
    '0:0:0:0:0:0:0:1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
  ])('%s → this machine', (host) => expect(isLoopback(host)).toBe(true))

  test.each([
    '',
    '.',
    'db.example',
    'localhost.example',
    'mylocalhost',
    'localhost..',
    '.localhost',
    'localdomain',
    '127.0.0.1.example',
    '127.999.999.999',
    '127.0.0.256',
    '127.0.0.0.1',
    '128.0.0.1',
    '10.0.0.1',
    '2130706432.1',
    '0.0.0.1',
    '::2',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    'fe80::1%lo',
    '[::1',
    'host of the secret',
  ])('%j → another machine', (host) => expect(isLoopback(host)).toBe(false))

  test('isLoopbackAddress: a name → no address', () => expect(isLoopbackAddress('localhost')).toBe(false))
})

describe('lookupLoopback', () => {
  const asked = (all: boolean) =>
    new Promise((resolve) => lookupLoopback('localhost', { all }, (error, found) => resolve(error ?? found)))

  function leadsTo(...addresses: readonly string[]): void {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const lookup = (_name: string, _options: unknown, callback: (error: null, all: unknown) => void) =>
      callback(null, found)
    vi.spyOn(dns, 'lookup').mockImplementationOnce(lookup as never)
  }

  test.each([[['127.0.0.1']], [['::1', '127.0.0.1']]])('%j → the addresses', async (addresses) => {
    leadsTo(...addresses)
    expect(await asked(true)).toMatchObject(addresses.map((address) => ({ address })))
    leadsTo(...addresses)
    expect(await asked(false)).toBe(addresses[0])
  })

  test.each([[['192.0.2.1']], [['127.0.0.1', '192.0.2.1']], [[]]])('%j → refused', async (addresses) => {
    for (const all of [true, false]) {
      leadsTo(...addresses)
      expect(await asked(all)).toMatchObject({ code: 'ENOTLOOPBACK' })
    }
  })

  test('a name that nobody knows → the error of the resolver', async () => {
    vi.spyOn(dns, 'lookup').mockImplementationOnce(((_name: string, _options: unknown, callback: (e: Error) => void) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))) as never)
    expect(await asked(true)).toMatchObject({ code: 'ENOTFOUND' })
  })
})
