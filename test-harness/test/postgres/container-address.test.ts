import { describe, expect, test } from 'vitest'
import { checkPublished, directAddress, type Inspected } from '../../src/postgres/container-address.ts'

/** As much of an engine's answer as counts here. */
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

describe('where a container is published', () => {
  test('on 127.0.0.1 alone', () => expect(() => checkPublished(inspected('127.0.0.1'))).not.toThrow())

  test.each([['0.0.0.0'], ['127.0.0.1', '::'], ['127.0.0.1', '192.0.2.7']])('on %s, %s: refused', (...addresses) => {
    expect(() => checkPublished(inspected(...addresses))).toThrow(
      `network loopback publishes on ${addresses.at(-1)}; name one that publishes on 127.0.0.1 alone`,
    )
  })
})

describe('where a container is reached without its engine in between', () => {
  test('its own address, where the bridge is an interface of this machine', () => {
    const interfaces = { br: [bridge('172.18.0.1')], lo: [bridge('127.0.0.1')] }
    expect(directAddress(inspected('127.0.0.1'), interfaces)).toBe('172.18.0.2')
  })

  test('nowhere, where the engine has its networks elsewhere', () => {
    expect(directAddress(inspected('127.0.0.1'), { lo: [bridge('127.0.0.1')] })).toBeUndefined()
  })
})
