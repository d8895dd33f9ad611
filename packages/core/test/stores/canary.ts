import diagnostics from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect } from 'vitest'
import { CredentialsError } from '../../src/errors/credentials-error.ts'

/** Part of every secret that must not be shown. */
export const CANARY = 'canary-9f3b'

/** Checks all text forms of an object. */
export function expectNoCanary(given: unknown): void {
  const texts = [inspect(given, { depth: 20, showHidden: true, getters: true }), JSON.stringify(given), String(given)]
  for (let error = given; error instanceof Error; error = error.cause) {
    texts.push(error.message, String(error.stack), JSON.stringify({ ...error }))
  }
  expect(texts.join('\n')).not.toContain(CANARY)
}

/** Checks a provider's error, and that it has nothing of the secret. */
export function expectRefusal(error: unknown, expected: Partial<CredentialsError>): void {
  expect(error).toBeInstanceOf(CredentialsError)
  expect(error).toMatchObject(expected)
  expectNoCanary(error)
}

/** Collects published messages and warnings while a test file runs. */
export function watch(): readonly unknown[] {
  const seen: unknown[] = []
  const note = (message: unknown) => void seen.push(message)
  beforeAll(() => {
    diagnostics.subscribe('verifull:credentials', note)
    process.on('warning', note)
  })
  afterAll(() => {
    diagnostics.unsubscribe('verifull:credentials', note)
    process.off('warning', note)
  })
  return seen
}
