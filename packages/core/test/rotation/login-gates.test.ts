import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CredentialsSource } from '../../src/rotation/current-credentials.ts'
import { LoginGates } from '../../src/rotation/login-gates.ts'
import { tcp } from '../addresses/endpoints.ts'
import { never, refused, retirementOf, secret } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('login gates, two servers', () => {
  const endpoints = { primary: tcp('primary', 5432), standby: tcp('standby', 5432) }

  test('one lags behind → each gets the secret that it accepts, and neither loses connections', async () => {
    const wanted: Record<string, string> = { primary: 'new', standby: 'old' }
    let questions = 0
    const source: CredentialsSource = {
      name: 'the source',
      perServer: false,
      retires: true,
      fetch: async ({ rejected = [] }) => {
        questions += rejected.length
        return secret(rejected.some(({ password }) => password === 'new') ? 'old' : 'new')
      },
    }
    const gates = new LoginGates(source)
    let logins = 0
    const connect = async (host: 'primary' | 'standby') => {
      await gates.prepare(endpoints[host], never)
      for (;;) {
        const ticket = await gates.enter({ endpoint: endpoints[host], address: host, kind: 'tls' }, never)
        logins++
        const isRight = ticket.login.password?.reveal() === wanted[host]
        if (isRight) ticket.accepted()
        else ticket.rejected(refused())
        ticket.done()
        if (isRight) return retirementOf(ticket)
        if (!(await ticket.shouldRetry(never))) throw new Error('refused')
      }
    }
    const sessions = []
    for (let round = 0; round < 10; round++) {
      sessions.push(await connect('primary'), await connect('standby'))
    }
    expect([logins, questions]).toEqual([21, 1])
    expect(sessions.some(({ aborted }) => aborted)).toBe(false)
    wanted.standby = 'new'
    await connect('standby')
    expect(sessions.map(({ aborted }) => aborted)).toEqual(Array(10).fill([false, true]).flat())
  })

  test('a token per server → requested separately, each with its own rejected ones', async () => {
    const asked: string[] = []
    const gates = new LoginGates({
      name: 'tokens',
      perServer: true,
      retires: true,
      fetch: async ({ server }) => {
        asked.push(`${server?.host}:${server?.port}`)
        return secret(`for ${server?.host}`)
      },
    })
    for (const endpoint of Object.values(endpoints)) {
      await gates.prepare(endpoint, never)
      const ticket = await gates.enter({ endpoint, address: '10.0.0.1', kind: 'tls' }, never)
      expect(ticket.login.password?.reveal()).toBe(`for ${endpoint.host}`)
    }
    expect(asked).toEqual(['primary:5432', 'standby:5432'])
  })

  test('thousands of addresses → the oldest are dropped', async () => {
    const gates = new LoginGates({ name: 's', perServer: false, retires: true, fetch: async () => secret('one') })
    const at = (number: number) =>
      gates.gateAt({ endpoint: endpoints.primary, address: `10.0.${number >> 8}.${number & 255}`, kind: 'tls' })
    const [first, last] = [at(0), at(9999)]
    for (let number = 1; number < 5000; number++) at(number)
    expect(at(0)).not.toBe(first)
    expect(at(4999)).toBe(at(4999))
    expect(at(9999)).not.toBe(last)
  })
})
