import { afterEach, expect, test, vi } from 'vitest'
import type { CredentialsProvider } from '../../src/credentials/credentials.ts'
import { dial } from '../../src/dial/dial.ts'
import { loginsOf } from '../../src/profile/logins.ts'
import type { Profile } from '../../src/profile/profile.ts'
import type { TlsMaterial } from '../../src/tls/material.ts'
import { tcp } from '../addresses/endpoints.ts'
import { collect } from '../sources/reading.ts'
import { profileWith } from './profile.ts'
import { PasswordNetwork, type Refusal } from './rotating.ts'

const version = { secureContext: () => ({}), roots: { source: 'test' }, clientCertificate: undefined }
const tls = { ready: async () => version, renewed: async () => false } as unknown as TlsMaterial
const OPEN: Refusal = {
  S: 'FATAL',
  C: 'XX000',
  M: '(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked',
}

let hosts = 0
/** A profile with its own host, as blocks are remembered by host and user. */
function profileFor(change: { secrets?: CredentialsProvider; password?: string; user?: string; host?: string }) {
  const { user = 'app', host = `pooler${++hosts}.test`, ...who } = change
  const logins = loginsOf(collect({ settings: { user, ...who } }))
  const endpoints: Profile['endpoints'] = [tcp(host, 6543)]
  const attempts: Profile['attempts'] = [{ kind: 'tls', verification: 'none' }, { kind: 'plain' }]
  return profileWith({ attempts, tlsFor: () => tls, plaintext: 'anywhere', endpoints, logins })
}

afterEach(() => void vi.useRealTimers())

test.each<[string, Parameters<typeof profileFor>[0]]>([
  ['that is fixed', { password: 'one' }],
  ['of a provider', { secrets: async () => ({ password: 'one' }) }],
])(
  'a circuit breaker that is open, with a password %s → nobody tries again for two minutes, and all are told',
  async (_, who) => {
    const network = new PasswordNetwork(() => OPEN)
    const profile = profileFor(who)
    const connect = () => dial(profile, {}, undefined, network)
    await expect(connect()).rejects.toMatchObject({ code: 'XX000', message: OPEN.M })
    expect(network.dials).toHaveLength(1)
    for (let count = 0; count < 20; count++) {
      const failing = connect()
      await expect(failing).rejects.toMatchObject({ name: 'ServerError', code: 'XX000', message: OPEN.M })
      await expect(failing).rejects.toMatchObject({
        cause: {
          message: expect.stringMatching(/^pooler\d+\.test:6543 is not tried for another \d+ s: it blocks this/),
        },
      })
    }
    expect(network.dials).toHaveLength(1)
  },
)

test('blocked logins: connections that wait at the gate → no login either', async () => {
  const network = new PasswordNetwork(() => OPEN)
  const profile = profileFor({ secrets: async () => ({ password: 'one' }) })
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => dial(profile, {}, undefined, network)))
  expect(outcomes.every((one) => one.status === 'rejected' && one.reason.code === 'XX000')).toBe(true)
  expect(network.dials.filter(({ passwords }) => passwords.length > 0).length).toBeLessThanOrEqual(3)
})

test('blocked logins: the block ends → retried, by the monotonic clock', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  let isOpen = true
  const network = new PasswordNetwork(() => (isOpen ? OPEN : 'in'))
  const profile = profileFor({ secrets: async () => ({ password: 'one' }) })
  const connect = () => dial(profile, {}, undefined, network)
  await expect(connect()).rejects.toMatchObject({ code: 'XX000' })
  isOpen = false
  vi.advanceTimersByTime(119_000)
  await expect(connect()).rejects.toMatchObject({ code: 'XX000' })
  vi.advanceTimersByTime(1_001)
  await connect()
  expect(network.dials).toHaveLength(2)
})

test('blocked logins: another user or host → not blocked', async () => {
  const network = new PasswordNetwork((password) => (password === 'one' ? OPEN : 'in'))
  const host = 'shared.pooler.test'
  await expect(dial(profileFor({ host, password: 'one' }), {}, undefined, network)).rejects.toMatchObject({
    code: 'XX000',
  })
  await dial(profileFor({ host, user: 'other', password: 'two' }), {}, undefined, network)
  await dial(profileFor({ password: 'two' }), {}, undefined, network)
  await expect(dial(profileFor({ host, password: 'two' }), {}, undefined, network)).rejects.toMatchObject({
    code: 'XX000',
  })
})
