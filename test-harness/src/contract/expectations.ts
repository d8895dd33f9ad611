import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

/** Fails unless all that is expected is there; objects may have more, arrays may not. */
export function assertMatches(actual: unknown, expected: unknown): void {
  if (!matches(actual, expected)) assert.deepEqual(actual, expected)
}

function matches(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(actual, expected)
  if (typeof actual !== 'object' || actual === null) return false
  if (Array.isArray(expected) || Object.getPrototypeOf(expected) !== Object.prototype) {
    return isDeepStrictEqual(actual, expected)
  }
  return Object.entries(expected).every(([name, value]) => matches(Reflect.get(actual, name), value))
}

/** Resolves when the condition holds. @throws Error after 10 s; the message has `what`. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 1000; !(await condition()); left--) {
    if (left === 0) throw new Error(`not reached: ${what}`)
    await pause(10)
  }
}

/** The error and all that it wraps, as libraries do with the driver's errors. */
export function chainOf(error: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof error !== 'object' || error === null) return []
  const { parent, cause } = error as { readonly parent?: unknown; readonly cause?: unknown }
  return [error as Readonly<Record<string, unknown>>, ...chainOf(parent), ...chainOf(cause)]
}
