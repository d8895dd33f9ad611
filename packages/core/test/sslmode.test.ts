import { expect, test } from 'vitest'
import { attemptsOf, SSL_MODES, type SslMode } from '../src/sslmode.ts'

const ATTEMPTS: Readonly<Record<SslMode, readonly [withoutRoots: string, withRoots: string]>> = {
  disable: ['plain', 'plain'],
  allow: ['plain, tls none', 'plain, tls ca'],
  prefer: ['tls none, plain', 'tls ca, plain'],
  require: ['tls none', 'tls ca'],
  'verify-ca': ['tls ca', 'tls ca'],
  'verify-full': ['tls full', 'tls full'],
}

for (const sslmode of SSL_MODES) {
  const [withoutRoots, withRoots] = ATTEMPTS[sslmode]

  test(`sslmode=${sslmode} without roots attempts ${withoutRoots}`, () => {
    expect(said(sslmode, false)).toBe(withoutRoots)
  })

  test(`sslmode=${sslmode} with roots attempts ${withRoots}`, () => {
    expect(said(sslmode, true)).toBe(withRoots)
  })
}

function said(sslmode: SslMode, hasRoots: boolean): string {
  return attemptsOf(sslmode, hasRoots)
    .map((attempt) => (attempt.kind === 'plain' ? 'plain' : `tls ${attempt.verification}`))
    .join(', ')
}
