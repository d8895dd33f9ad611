import { describe, expect, test } from 'vitest'
import { checkPublished, directAddress, type Inspected } from '../../src/postgres/container-address.ts'

/** The parts of an engine's response that the functions read. */
function inspected(...addresses: readonly string[]): Inspected {
  const bindings = addresses.map((HostIp) => ({ HostIp, HostPort: '32768' }))
  const network = { Gateway: '172.18.0.1', IPAddress: '172.18.0.2' }
  return {
    NetworkSettings: { Ports: { '5432/tcp': bindings }, Networks: { loopback: network } },
  } as unknown as Inspected
}

const bridge = (address: string) => ({
  address,
  family: 'IPv4' as const,
  netmask: '255.255.0.0',
  mac: '02:42:00:00:00:01',
  internal: false,
  cidr: `${address}/16`,
})

describe('checkPublished', () => {
  test('127.0.0.1 alone → accepted', () => expect(() => checkPublished(inspected('127.0.0.1'))).not.toThrow())

  test.each([['0.0.0.0'], ['127.0.0.1', '::'], ['127.0.0.1', '192.0.2.7']])('%s, %s → refused', (...addresses) => {
    expect(() => checkPublished(inspected(...addresses))).toThrow(
      `network loopback publishes on ${addresses.at(-1)}; name one that publishes on 127.0.0.1 alone`,
    )
  })
})

describe('directAddress', () => {
  test('the bridge is an interface of this machine → its own address', () => {
    const interfaces = { br: [bridge('172.18.0.1')], lo: [bridge('127.0.0.1')] }
    expect(directAddress(inspected('127.0.0.1'), interfaces)).toBe('172.18.0.2')
  })

  test('the engine’s networks are elsewhere → undefined', () => {
    expect(directAddress(inspected('127.0.0.1'), { lo: [bridge('127.0.0.1')] })).toBeUndefined()
  })
})
