import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Rotations } from '../../src/rotation/rotations.ts'
import type { RotatingSource } from '../../src/rotation/supply.ts'
import { never, refused, secret } from './world.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('two servers', () => {
  const endpoints = { primary: { host: 'primary', port: 5432 }, standby: { host: 'standby', port: 5432 } }

  test('one of which lags behind have each the secret that it takes; neither loses its connections', async () => {
    const wanted: Record<string, string> = { primary: 'new', standby: 'old' }
    let questions = 0
    const source: RotatingSource = {
      name: 'the source',
      perServer: false,
      retires: true,
      ask: async ({ rejected = [] }) => {
        questions += rejected.length
        return secret(rejected.some(({ password }) => password === 'new') ? 'old' : 'new')
      },
    }
    const rotations = new Rotations(source)
    let logins = 0
    const connect = async (host: 'primary' | 'standby') => {
      await rotations.ready(endpoints[host], never)
      for (;;) {
        const turn = await rotations.at({ endpoint: endpoints[host], address: host, kind: 'tls' }).take(never)
        logins++
        const isRight = turn.login.password?.reveal() === wanted[host]
        if (isRight) turn.accepted()
        else turn.refused(refused())
        turn.over()
        if (isRight) return turn.retired
        if (!(await turn.another(never))) throw new Error('refused')
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

  test('with tokens of their own are asked for apart, each with what it refused', async () => {
    const asked: string[] = []
    const rotations = new Rotations({
      name: 'tokens',
      perServer: true,
      retires: true,
      ask: async ({ server }) => {
        asked.push(`${server?.host}:${server?.port}`)
        return secret(`for ${server?.host}`)
      },
    })
    for (const endpoint of Object.values(endpoints)) {
      await rotations.ready(endpoint, never)
      const turn = await rotations.at({ endpoint, address: '10.0.0.1', kind: 'tls' }).take(never)
      expect(turn.login.password?.reveal()).toBe(`for ${endpoint.host}`)
    }
    expect(asked).toEqual(['primary:5432', 'standby:5432'])
  })

  test('thousands of addresses over time are not all remembered', async () => {
    const rotations = new Rotations({ name: 's', perServer: false, retires: true, ask: async () => secret('one') })
    const at = (number: number) =>
      rotations.at({ endpoint: endpoints.primary, address: `10.0.${number >> 8}.${number & 255}`, kind: 'tls' })
    const [first, last] = [at(0), at(9999)]
    for (let number = 1; number < 5000; number++) at(number)
    expect(at(0)).not.toBe(first)
    expect(at(4999)).toBe(at(4999))
    expect(at(9999)).not.toBe(last)
  })
})
