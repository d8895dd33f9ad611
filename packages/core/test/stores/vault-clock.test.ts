import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { vaultDatabase } from '../../src/stores/vault/database.ts'
import { vaultKv } from '../../src/stores/vault/kv.ts'
import type { VaultAnswer, VaultClient } from '../../src/stores/vault/settings.ts'
import { CLOCK_CHANGES } from '../time/clocks.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const LEASE_S = 60
const TOKEN_S = 90
const { signal } = new AbortController()
const later = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

/** A Vault in memory that ends a lease or a token without renewal, by its own clock. */
function store() {
  const state = {
    asked: [] as string[],
    users: 0,
    logins: 0,
    /** Uptime of the store's machine, independent of the client's clocks. */
    age: () => performance.now(),
    leaseEnds: Number.POSITIVE_INFINITY,
    tokenEnds: Number.POSITIVE_INFINITY,
  }
  const refuse = (statusCode: number): never => {
    throw Object.assign(new Error(), { response: { statusCode, body: { errors: [] } } })
  }
  const login = (): VaultAnswer => {
    state.tokenEnds = state.age() + TOKEN_S * 1000
    return { auth: { client_token: `token ${++state.logins}`, lease_duration: TOKEN_S, renewable: true } }
  }
  const client: VaultClient = {
    async read(path) {
      state.asked.push(path)
      if (state.age() > state.tokenEnds) return refuse(403)
      if (path.startsWith('sys/internal')) return { data: { path: 'secret/', type: 'kv', options: { version: '2' } } }
      if (path.startsWith('secret')) return { data: { data: { username: 'app', password: 'one' } } }
      state.leaseEnds = state.age() + LEASE_S * 1000
      const username = `user ${++state.users}`
      return {
        data: { username, password: 'one' },
        lease_id: username,
        lease_duration: LEASE_S,
        renewable: true,
      }
    },
    async write(path) {
      state.asked.push(path)
      if (path.endsWith('/login')) return login()
      if (state.age() > state.tokenEnds) return refuse(403)
      if (path === 'auth/token/renew-self') {
        state.tokenEnds = state.age() + TOKEN_S * 1000
        return { auth: { client_token: '', lease_duration: TOKEN_S, renewable: true } }
      }
      if (state.age() > state.leaseEnds) return refuse(400)
      state.leaseEnds = state.age() + LEASE_S * 1000
      return { lease_duration: LEASE_S, renewable: true }
    },
  }
  return { state, client }
}

const AUTH = { method: 'approle', roleId: 'role', secretId: 'secret' } as const

describe.each(
  [-1, 1, 10, 10_000].flatMap((leases) => CLOCK_CHANGES.map(({ what, change }) => ({ what, leases, change }))),
)('$what by $leases lease lengths', ({ what, leases, change }) => {
  const isSuspended = what.includes('suspended')
  const jump = () => change(Math.abs(leases) * LEASE_S * 1000)

  test('the lease of a dynamic role → is renewed on and on', async () => {
    const { state, client } = store()
    const secrets = vaultDatabase({ address: 'http://127.0.0.1:1', auth: AUTH, role: 'app', client }, {})
    const first = await secrets({ signal })
    await later(LEASE_S)
    jump()
    for (let minute = 0; minute < 8; minute++) {
      await later(LEASE_S)
      await secrets({ signal })
    }
    const last = await secrets({ signal })
    expect(last.retired?.aborted).toBe(false)
    // A token that was suspended for longer than its life is replaced, with its leases.
    if (!isSuspended) expect(last.user).toBe(first.user)
    expect(state.users).toBeLessThanOrEqual(2)
    const renewals = state.asked.filter((path) => path === 'sys/leases/renew').length
    expect(renewals).toBeGreaterThanOrEqual(16)
    expect(renewals).toBeLessThanOrEqual(26)
  })

  test('the token → is renewed in time, and nobody logs in again', async () => {
    const { state, client } = store()
    const secrets = vaultKv({ address: 'http://127.0.0.1:1', auth: AUTH, path: 'secret/app', client }, {})
    await secrets({ signal })
    await later(TOKEN_S / 2)
    jump()
    await later(TOKEN_S * 8)
    expect(await secrets({ signal })).toMatchObject({ password: 'one' })
    // A token that was suspended for longer than its life is replaced at the next request.
    if (!isSuspended) expect(state.logins).toBe(1)
    expect(state.asked.filter((path) => path === 'auth/token/renew-self').length).toBeLessThanOrEqual(14)
  })
})

test('a lease that nobody asks for any more → is left to end, whatever the wall clock says', async () => {
  const { state, client } = store()
  const secrets = vaultDatabase({ address: 'http://127.0.0.1:1', auth: AUTH, role: 'app', client }, {})
  await secrets({ signal })
  vi.setSystemTime(Date.now() - 1e9)
  await later(LEASE_S * 11)
  const { length } = state.asked.filter((path) => path === 'sys/leases/renew')
  await later(LEASE_S * 11)
  expect(state.asked.filter((path) => path === 'sys/leases/renew')).toHaveLength(length)
})

test('a refused user is replaced at once, and the next ones ever later, whatever the wall clock says', async () => {
  const { state, client } = store()
  const secrets = vaultDatabase({ address: 'http://127.0.0.1:1', auth: AUTH, role: 'app', client }, {})
  const first = await secrets({ signal })
  const second = await secrets({ signal, rejected: [first] })
  expect(second.user).not.toBe(first.user)
  vi.setSystemTime(Date.now() + 1e9)
  await secrets({ signal, rejected: [second] })
  expect(state.users).toBe(2)
  await later(1)
  await secrets({ signal, rejected: [second] })
  expect(state.users).toBe(3)
})
