import { afterEach, describe, expect, test, vi } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { endpointsOf } from '../../src/endpoints/endpoints.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { tcp } from '../addresses/endpoints.ts'
import { MemoryNetwork, open } from './memory-network.ts'
import { profileWith } from './profile.ts'

const opened = ({ events }: MemoryNetwork) => events.filter((event) => event.startsWith('open'))
const waiting = (hosts: readonly string[], changes: Partial<Profile> = {}) =>
  profileWith({ endpoints: hosts.map((host) => tcp(host, 5432)), failoverTimeoutMs: 1500, ...changes })
const MANY = Array.from({ length: 100 }, (_, index) => `10.1.0.${index}`)

/** Stops the clock of the pauses, of which the first may last 13 ms only: a busy machine outlasts it within one round. */
const stopClock = () => void vi.useFakeTimers({ toFake: ['performance'] })
afterEach(() => void vi.useRealTimers())

describe('dial: unusual names', () => {
  test('dial: a host three times, away, before one that is there → asked once, then the other', async () => {
    stopClock()
    const network = new MemoryNetwork({ '10.0.0.2': open() })
    const profile = waiting(['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2'])
    expect((await dial(profile, {}, undefined, network)).attestation.host).toBe('10.0.0.2')
    expect(opened(network)).toEqual(['open 10.0.0.1:5432', 'open 10.0.0.2:5432'])
  })

  test('dial: the same with failoverTimeoutMs=0 → asked three times, as by libpq', async () => {
    const network = new MemoryNetwork({ '10.0.0.2': open() })
    const profile = waiting(['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2'], { failoverTimeoutMs: 0 })
    await dial(profile, {}, undefined, network)
    expect(opened(network)).toHaveLength(4)
  })

  test('dial: a name with 100 addresses of which the last is there → found, and asked first from then on', async () => {
    const last = MANY[99] as string
    const network = new MemoryNetwork({ [last]: open() }, { 'many.test': MANY })
    const profile = waiting(['many.test'])
    expect((await dial(profile, {}, undefined, network)).attestation.address).toBe(last)
    expect(opened(network)).toHaveLength(100)
    await dial(profile, {}, undefined, network)
    expect(opened(network)).toHaveLength(101)
  })

  test('dial: a name with 100 addresses, all away → one error within the wait, that names the server', async () => {
    const network = new MemoryNetwork({}, { 'many.test': MANY })
    const error: unknown = await dial(waiting(['many.test']), {}, undefined, network).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'ConnectError', code: 'ECONNREFUSED' })
    expect(String(error)).toContain('many.test:5432')
    expect(String(error).length).toBeLessThan(20_000)
    expect(endpointsOf(network).isLast(tcp('many.test', 5432), 'any')).toBe(true)
  })

  test('dial: a name with an IPv6 address alone, and an IPv6 address as host → a connection', async () => {
    const network = new MemoryNetwork({ '2001:db8::1': open() }, { 'six.test': ['2001:db8::1'] })
    for (const host of ['six.test', '2001:db8::1']) {
      const { attestation } = await dial(waiting([host]), {}, undefined, network)
      expect(attestation).toMatchObject({ host, address: '2001:db8::1', port: 5432 })
    }
    expect(opened(network)).toEqual(['open 2001:db8::1:5432', 'open 2001:db8::1:5432'])
  })

  test('dial: a name with an address twice, away → asked once in a round', async () => {
    stopClock()
    const network = new MemoryNetwork({ '10.0.0.2': open() }, { 'twice.test': ['10.0.0.1', '10.0.0.1', '10.0.0.2'] })
    await dial(waiting(['twice.test']), {}, undefined, network)
    expect(opened(network)).toEqual(['open 10.0.0.1:5432', 'open 10.0.0.2:5432'])
  })
})
