import { expect, test } from 'vitest'
import type { Dialed } from '../../src/dial/dialed.ts'
import { endpointsOf } from '../../src/endpoints/endpoints.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { grouped } from '../../src/profile/read-group.ts'
import { dialServers } from '../../src/replicas/dial-servers.ts'
import { tcp } from '../addresses/endpoints.ts'
import { MemoryNetwork, type MemoryServer, open } from '../dial/memory-network.ts'
import { profileWith } from '../dial/profile.ts'
import { errorResponse } from '../wire/backend-messages.ts'

const at = (host: string, changes: Partial<Profile> = {}) => profileWith({ endpoints: [tcp(host, 5432)], ...changes })
const STANDBY = open({ in_hot_standby: 'on', default_transaction_read_only: 'on' })
/** A primary whose session has the parameter that it asked for. */
const PRIMARY = open({ in_hot_standby: 'off', default_transaction_read_only: 'on' })
const UP = { 'a.test': STANDBY, 'b.test': STANDBY, 'primary.test': PRIMARY }

/** Replicas a and b with their primary, behind these servers. */
function group(servers: Record<string, MemoryServer>) {
  const network = new MemoryNetwork(servers)
  const replicas = grouped(at('primary.test'), [at('a.test'), at('b.test')])
  const dial = (profiles: readonly Profile[] = replicas) => dialServers(profiles, {}, undefined, network)
  return { network, replicas, dial, host: async () => (await dial()).attestation.host }
}

const opened = ({ events }: MemoryNetwork) => events.filter((event) => event.startsWith('open'))
const end = (...dialed: readonly Dialed[]) => dialed.map(({ socket }) => socket.destroy())

test('dialServers: two replicas → in turn', async () => {
  const { host } = group(UP)
  const hosts = [await host(), await host(), await host(), await host()]
  expect([...hosts].sort()).toEqual(['a.test', 'a.test', 'b.test', 'b.test'])
  expect(hosts[0]).not.toBe(hosts[1])
})

test.each<[string, MemoryServer]>([
  ['refuses connections', 'refuses'],
  ['is starting up', [errorResponse({ C: '57P03', M: 'no' })]],
  ['is full', [errorResponse({ C: '53300', M: 'no' })]],
  ['is shutting down', [errorResponse({ C: '57P01', M: 'no' })]],
  ['hangs up', []],
])('dialServers: a replica that %s → the other one, and no second connection finds out', async (_what, server) => {
  const { network, host } = group({ ...UP, 'a.test': server })
  for (let i = 0; i < 6; i++) expect(await host()).toBe('b.test')
  expect(opened(network).filter((event) => event.includes('a.test'))).toHaveLength(1)
})

test('dialServers: no replica is there → the primary', async () => {
  const { host } = group({ ...UP, 'a.test': 'refuses', 'b.test': 'refuses' })
  expect([await host(), await host()]).toEqual(['primary.test', 'primary.test'])
})

test('dialServers: the profile of one replica → that one, else the other', async () => {
  const servers: Record<string, MemoryServer> = { ...UP }
  const { replicas, dial } = group(servers)
  const [first] = replicas as [Profile]
  for (let i = 0; i < 4; i++) expect((await dial([first])).attestation.host).toBe('a.test')
  servers['a.test'] = 'refuses'
  expect((await dial([first])).attestation.host).toBe('b.test')
})

test('dialServers: another database → at the primary as well', async () => {
  const { network, replicas, dial } = group({ 'primary.test': PRIMARY })
  await dial(replicas.map((one) => ({ ...one, database: 'other' })))
  expect(network.channels[0]?.sent[0]?.toString()).toContain('database\0other\0')
})

test.each(['a.test', 'primary.test'])(
  'dialServers: any server, here %s → asked for read-only sessions',
  async (host) => {
    const { network, dial } = group({ [host]: host === 'a.test' ? STANDBY : PRIMARY })
    expect((await dial()).attestation.host).toBe(host)
    expect(network.channels[0]?.sent[0]?.toString()).toContain('default_transaction_read_only\0on\0')
  },
)

const REFUSES = errorResponse({ C: '08P01', M: 'unsupported startup parameter: default_transaction_read_only' })

/** A pooler that refuses the parameter, and admits a session without it to such a server. */
function pooler(reported: Record<string, string>): MemoryServer {
  const [start] = open(reported) as Buffer[]
  return [(message) => (message.includes('default_transaction_read_only') ? REFUSES : (start as Buffer))]
}

test('dialServers: a pooler refuses the parameter, a standby is behind it → a session without it, and it is not asked again', async () => {
  const { network, host } = group({ 'a.test': pooler({ in_hot_standby: 'on', default_transaction_read_only: 'off' }) })
  expect([await host(), await host()]).toEqual(['a.test', 'a.test'])
  expect(opened(network).filter((event) => event.includes('a.test'))).toHaveLength(3)
})

test('dialServers: a pooler refuses the parameter of two connections at once → both are made without it', async () => {
  const { host } = group({ 'a.test': pooler({ in_hot_standby: 'on', default_transaction_read_only: 'off' }) })
  expect(await Promise.all([host(), host()])).toEqual(['a.test', 'a.test'])
})

test.each<[string, MemoryServer]>([
  ['refuses', pooler({ in_hot_standby: 'off', default_transaction_read_only: 'off' })],
  ['ignores', open({ in_hot_standby: 'off', default_transaction_read_only: 'off' })],
])('dialServers: a pooler %s the parameter, the primary is behind it → no session', async (_what, server) => {
  const { dial } = group({ 'primary.test': server })
  const error: Error = await dial().then(
    () => expect.unreachable(),
    (thrown) => thrown,
  )
  expect(error.message).toContain(
    'session is not read-only, and connections for reading must be: a pooler does not pass on default_transaction_read_only',
  )
})

test('dialServers: a session at the primary is read-only → connections for writing do not take the primary for read-only', async () => {
  const { network, dial } = group({ 'primary.test': PRIMARY })
  await dial()
  expect(endpointsOf(network).at(tcp('primary.test', 5432), 'primary.test').role).toMatchObject({
    isStandby: false,
    isReadOnly: false,
  })
})

test('dialServers: a replica refuses the password → no other server is asked', async () => {
  const refuses = [errorResponse({ C: '28P01', M: 'no' })]
  const { dial } = group({ ...UP, 'a.test': refuses, 'b.test': refuses })
  await expect(dial()).rejects.toMatchObject({ code: '28P01' })
})

test('dialServers: the primary is closed → reads go on at the replicas, and do not come to it', async () => {
  const servers: Record<string, MemoryServer> = { ...UP }
  const { network, replicas, dial } = group(servers)
  await replicas[0]?.reads?.primary.lifetime.close()
  expect((await dial()).attestation.host).not.toBe('primary.test')
  servers['a.test'] = servers['b.test'] = 'refuses'
  await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect(opened(network)).not.toContain('open primary.test:5432')
})

test('a replica is back → its sessions at the primary are replaced, and reads come to it', async () => {
  const servers: Record<string, MemoryServer> = { ...UP, 'a.test': 'refuses', 'b.test': 'refuses' }
  const { dial, host } = group(servers)
  const misplaced = await Promise.all([dial(), dial()])
  expect(misplaced.map(({ attestation }) => attestation.host)).toEqual(['primary.test', 'primary.test'])
  expect(misplaced.map(({ retired }) => retired?.aborted)).toEqual([false, false])
  servers['b.test'] = STANDBY
  await expect.poll(() => misplaced.some(({ retired }) => retired?.aborted), { timeout: 4000 }).toBe(true)
  expect(misplaced.find(({ retired }) => retired?.aborted)?.retired?.reason.message).toBe('a replica is back')
  expect(await host()).toBe('b.test')
  end(...misplaced)
})
