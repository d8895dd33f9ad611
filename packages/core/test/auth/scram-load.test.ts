import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { stat } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { scramKeys } from '../../src/auth/scram-keys.ts'

const HELD = new AbortController().signal
setMaxListeners(0, HELD)

describe('scramKeys: many exchanges with many iterations → one after the other', () => {
  test('many iterations: other work of the thread pool, and a login with few iterations → done first', async () => {
    const ended: string[] = []
    const costly = Array.from({ length: 12 }, (_, index) =>
      scramKeys('password', randomBytes(16), 400_000, HELD).then(() => ended.push(`many ${index}`)),
    )
    await Promise.all([
      stat('.').then(() => ended.push('file')),
      scramKeys('password', randomBytes(16), 4096, HELD).then(() => ended.push('few')),
    ])
    expect(ended.filter((name) => name.startsWith('many')).length).toBeLessThan(costly.length / 2)
    await Promise.all(costly)
    expect(ended.filter((name) => name.startsWith('many'))).toEqual(costly.map((_, index) => `many ${index}`))
  })

  test('many iterations: the example of RFC 7677 → its keys', async () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
    const { storedKey } = await scramKeys('pencil', salt, 4096, HELD)
    expect(storedKey.toString('base64')).toBe('WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=')
  })

  test('connections given up while they wait → their keys are not derived, those of the others are', async () => {
    const [running, waiting] = [new AbortController(), new AbortController()]
    setMaxListeners(0, waiting.signal)
    const ended: string[] = []
    const derive = (salt: string, signal: AbortSignal) =>
      scramKeys('password', Buffer.from(salt), 400_000, signal).then(
        () => ended.push(salt),
        ({ message }: Error) => ended.push(`${salt}: ${message}`),
      )
    const first = derive('first', running.signal)
    const abandoned = Array.from({ length: 50 }, (_, index) => derive(`abandoned ${index}`, waiting.signal))
    const shared = [derive('shared', waiting.signal), derive('shared', HELD)]
    waiting.abort(new Error('given up'))
    await Promise.all(abandoned)
    const alone = process.cpuUsage()
    await first
    await Promise.all(shared)
    const { user } = process.cpuUsage(alone)
    expect(ended.slice(0, 51)).toEqual(
      [...abandoned.map((_, index) => `abandoned ${index}`), 'shared'].map((name) => `${name}: given up`),
    )
    expect(ended.slice(51)).toEqual(['first', 'shared'])
    // Fifty more derivations would take more than 50 times that of one.
    const before = process.cpuUsage()
    await derive('another', HELD)
    expect(user).toBeLessThan(process.cpuUsage(before).user * 10)
  })

  test('a connection given up before the server asks → nothing is derived', async () => {
    const given = AbortSignal.abort(new Error('given up'))
    await expect(scramKeys('password', randomBytes(16), 4096, given)).rejects.toThrow('given up')
  })
})
