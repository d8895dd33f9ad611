import { InvalidArgumentError } from 'commander'
import { demandKnown } from '../suite/known.ts'

/** Adds a value of an option that may be repeated. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

/**
 * Makes the parser of a repeatable option whose values are known.
 *
 * @param problem Begins the message for another value: `unknown kind`.
 */
export function knownIds(problem: string, ids: readonly string[]) {
  return (value: string, earlier: readonly string[] = []): readonly string[] => {
    try {
      demandKnown(problem, [value], ids)
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
    }
    return [...new Set([...earlier, value])]
  }
}

/** Parses a number above 0. */
export function count(value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError('a number above 0 is wanted, such as 10.')
  return Number(value)
}

/** Parses a length of time, such as `60s` or `10m`, into ms. */
export function lengthOfTime(value: string): number {
  const [, number, unit] = /^([1-9]\d{0,3})(s|m)$/.exec(value) ?? []
  if (number === undefined)
    throw new InvalidArgumentError('a time in seconds or minutes is wanted, such as 60s or 10m.')
  return Number(number) * (unit === 'm' ? 60_000 : 1000)
}
