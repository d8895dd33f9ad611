import diagnostics from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect } from 'vitest'
import { CredentialsError } from '../../src/errors/credentials-error.ts'

/** Stands in every secret that must not be shown. */
export const CANARY = 'canary-9f3b'

/** Looks at all the ways in which an object turns into text. */
export function expectNoCanary(given: unknown): void {
  const texts = [inspect(given, { depth: 20, showHidden: true, getters: true }), JSON.stringify(given), String(given)]
  for (let error = given; error instanceof Error; error = error.cause) {
    texts.push(error.message, String(error.stack), JSON.stringify({ ...error }))
  }
  expect(texts.join('\n')).not.toContain(CANARY)
}

/** Checks the error of a provider, and that nothing of the secret is in it. */
export function expectRefusal(error: unknown, expected: Partial<CredentialsError>): void {
  expect(error).toBeInstanceOf(CredentialsError)
  expect(error).toMatchObject(expected)
  expectNoCanary(error)
}

/** Collects what is published and warned of while a test file runs. */
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
