import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NameHistory } from '../../src/endpoints/name-history.ts'

const HOUR = 3_600_000

/** Answers, one a second, as letters for addresses; `-` for a look-up that fails. */
function history(answers: string, everyMs = 1000): { readonly name: NameHistory; readonly now: number } {
  const name = new NameHistory()
  let now = 0
  for (const answer of answers.split(' ')) {
    if (answer !== '-') name.add(addresses(answer), now)
    now += everyMs
  }
  return { name, now: now - everyMs }
}

/** An upper-case letter is an IPv4 address, a lower-case one an IPv6 address. */
function addresses(letters: string): readonly string[] {
  return [...letters].map((letter) => (/[A-Z]/.test(letter) ? `10.0.0.${letter.charCodeAt(0)}` : `fd00::${letter}`))
}

function times(count: number, answer: string): string {
  return Array.from({ length: count }, () => answer).join(' ')
}

describe('name history', () => {
  test.each<[what: string, answers: string, gone: string]>([
    ['the same answer → gone is nothing', times(20, 'AB'), ''],
    ['the same addresses in another order → nothing', 'AB BA AB BA AB BA AB BA', ''],
    ['another answer for five seconds → its former address', `${times(9, 'A')} ${times(6, 'B')}`, 'A'],
    ['another answer for less → nothing yet', `${times(9, 'A')} ${times(5, 'B')}`, ''],
    ['one of two addresses is left out → that one', `AB ${times(6, 'A')}`, 'B'],
    ['an address is added → nothing', `A ${times(20, 'AB')}`, ''],
    ['all look-ups since fail → nothing', `A B ${times(50, '-')}`, ''],
    ['look-ups fail between those that agree → the former address', 'A B - - - B - - B', 'A'],
    ['only two look-ups agree → nothing', `A B ${times(30, '-')} B`, ''],
    ['the answers differ each time → nothing', times(20, 'A B C D E F'), ''],
    ['back to the first address, five seconds → nothing yet', `${times(9, 'A')} ${times(6, 'B')} ${times(6, 'A')}`, ''],
    ['back to the first address, twenty seconds → the second', `A ${times(6, 'B')} ${times(21, 'A')}`, 'B'],
    ['IPv4 is not resolved any more, IPv6 is → nothing', `Aa ${times(30, 'a')}`, ''],
    ['IPv6 is not resolved any more, IPv4 is → nothing', `Aa ${times(30, 'A')}`, ''],
    ['other addresses of one family alone → both former ones', `Aa ${times(6, 'B')}`, 'Aa'],
    ['IPv6 alone, moved → the former address', `a ${times(6, 'b')}`, 'a'],
  ])('name history: %s', (_what, answers, gone) => {
    const { name, now } = history(answers)
    const all = [...new Set(answers.replace(/[- ]/g, ''))]
    expect(all.filter((one) => name.isGone(addresses(one)[0] as string, now)).join('')).toBe(gone)
  })

  test('name history: many look-ups within half a second → one answer', () => {
    const { name, now } = history(`A ${times(100, 'B')}`, 4)
    expect(name.isGone(addresses('A')[0] as string, now)).toBe(false)
  })

  test('name history: look-ups every 100 ms → the name has moved after five seconds all the same', () => {
    const { name, now } = history(`A ${times(51, 'B')}`, 100)
    expect(name.isGone(addresses('A')[0] as string, now)).toBe(true)
  })

  test('name history: an empty answer → changes nothing', () => {
    const name = new NameHistory()
    name.add(addresses('A'), 0)
    name.add([], 1000)
    expect(name.current).toEqual(addresses('A'))
  })

  test('name history: nobody has looked it up → nothing is gone', () => {
    expect(new NameHistory().isGone('10.0.0.1', 1e9)).toBe(false)
  })

  test('name history: 100 addresses of which eight are answered at a time → nothing is gone, for a day', () => {
    const pool = Array.from({ length: 100 }, (_, index) => `10.0.1.${index}`)
    const name = new NameHistory()
    for (let now = 0; now < 24 * HOUR; now += 5000) {
      const start = Math.floor(now / 5000) * 7
      name.add(
        Array.from({ length: 8 }, (_, index) => pool[(start + index) % 100] as string),
        now,
      )
      expect(pool.some((address) => name.isGone(address, now))).toBe(false)
    }
  })

  test('name history: an address that comes back after an hour → as at first', () => {
    const { name, now } = history('A B A')
    expect(name.steadyMs(now)).toBe(20_000)
    name.add(addresses('B'), now + 2 * HOUR)
    name.add(addresses('A'), now + 4 * HOUR)
    expect(name.steadyMs(now + 4 * HOUR)).toBe(5000)
  })

  test.each([
    [2, 1, 1],
    [2, 1, 5],
    [3, 1, 60],
    [8, 2, 30],
    [15, 1, 1],
  ])(
    'name history: %i addresses, %i of them at random, TTL %i s → few sessions are moved in a day',
    (all, some, ttl) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
          expect(movesInADay(all, some, ttl, seed)).toBeLessThanOrEqual(MOST_MOVES)
        }),
        { numRuns: 5 },
      )
    },
  )
})

/** Each costs a new connection for the sessions of one address. */
const MOST_MOVES = 8

/** The times at which sessions leave an address, for a name that a server of names answers at random. */
function movesInADay(all: number, some: number, ttl: number, seed: number): number {
  const random = generator(seed)
  const pool = Array.from({ length: all }, (_, index) => `10.0.2.${index}`)
  const name = new NameHistory()
  const used = new Set<string>()
  let answer: readonly string[] = []
  let answeredAt = Number.NEGATIVE_INFINITY
  let moves = 0
  for (let now = 0; now < 24 * HOUR; now += 5000) {
    if (now - answeredAt >= ttl * 1000) {
      answer = [...pool].sort(() => random() - 0.5).slice(0, some)
      answeredAt = now
    }
    name.add(answer, now)
    for (const address of [...used]) {
      if (!name.isGone(address, now)) continue
      used.delete(address)
      moves++
    }
    used.add(answer[0] as string)
  }
  return moves
}

/** Numbers from 0 to 1 (a linear congruential generator). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
