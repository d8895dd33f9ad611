import { createHash, X509Certificate } from 'node:crypto'
import { createAuthority } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SslMode } from '../../src/sslmode.ts'
import { ALPHABET } from './adversary/answers.ts'
import { keepKeys } from './adversary/canary.ts'
import { exhaust } from './adversary/choices.ts'
import { CONDUCT_INVARIANTS } from './adversary/conduct.ts'
import { NEGOTIATION_INVARIANTS } from './adversary/negotiation.ts'
import { PASSWORD_INVARIANTS } from './adversary/passwords.ts'
import { play } from './adversary/play.ts'
import { ROTATION_INVARIANTS } from './adversary/rotation.ts'
import { SESSION_INVARIANTS } from './adversary/sessions.ts'
import { type Story, tell } from './adversary/story.ts'
import type { Circumstances } from './adversary/world.ts'

const INVARIANTS = [
  ...NEGOTIATION_INVARIANTS,
  ...PASSWORD_INVARIANTS,
  ...SESSION_INVARIANTS,
  ...CONDUCT_INVARIANTS,
  ...ROTATION_INVARIANTS,
]

const PLAINTEXT = ['plaintext, md5', 'plaintext, none', 'plaintext, password', 'plaintext, scram-sha-256']
const UNBOUND = ['TLS, md5', 'TLS, none', 'TLS, password', 'TLS, scram-sha-256']
const TLS = [...UNBOUND, 'TLS, scram-sha-256, bound']

/** Each row: a mode, the sessions reachable with four answers, and the minimum number of sequences. */
const ROWS: readonly (readonly [mode: SslMode, sessions: readonly string[], atLeast: number])[] = [
  ['disable', PLAINTEXT, 15_000],
  // The first of the four answers refuses plaintext: three are left, one too few for SCRAM over TLS.
  ['allow', ['TLS, md5', 'TLS, none', 'TLS, password', ...PLAINTEXT], 45_000],
  ['prefer', [...TLS, ...PLAINTEXT], 45_000],
  ['require', TLS, 15_000],
  ['verify-ca', TLS, 15_000],
  ['verify-full', TLS, 15_000],
]

let usual: Circumstances
let unbindable: X509Certificate
const { stackTraceLimit } = Error

beforeAll(async () => {
  const [ecdsa, ed25519] = await Promise.all([createAuthority(), createAuthority({ keyType: 'ed25519' })])
  const { der } = await ecdsa.issue({ usage: 'server', dnsNames: ['one.test'] })
  usual = {
    certificate: new X509Certificate(der),
    endpointHash: createHash('sha256').update(der).digest(),
    clientCertificate: 'sent',
  }
  unbindable = new X509Certificate((await ed25519.issue({ usage: 'server' })).der)
  await keepKeys()
  // Most runs end in an error, and stacks would be half of the time.
  Error.stackTraceLimit = 0
})

afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit
})

describe('dial: every sequence of up to four answers of the server → no rule is broken', () => {
  test.each(ROWS)('sslmode %s', { timeout: 300_000 }, async (mode, sessions, atLeast) => {
    const { runs, reached } = await adversary(mode, usual)
    expect(reached).toEqual(sessions)
    expect(runs).toBeGreaterThan(atLeast)
  })

  test('sslmode require, a certificate whose signature defines no channel binding', { timeout: 300_000 }, async () => {
    const { runs, reached } = await adversary('require', { certificate: unbindable, clientCertificate: 'sent' })
    expect(reached).toEqual(UNBOUND)
    expect(runs).toBeGreaterThan(15_000)
  })

  test.each(['not requested', 'not configured'] as const)(
    'sslmode require, a client certificate that is %s',
    {
      timeout: 300_000,
    },
    async (clientCertificate) => {
      const { runs, reached } = await adversary('require', { ...usual, clientCertificate }, 3)
      expect(reached).toEqual(['TLS, md5', 'TLS, none', 'TLS, password'])
      expect(runs).toBeGreaterThan(2_000)
    },
  )

  test.each(ROWS)('sslmode %s, and a secret that may change', { timeout: 300_000 }, async (mode) => {
    const { runs, reached } = await adversary(mode, { ...usual, mayRotate: true }, 3)
    expect(reached.length).toBeGreaterThan(0)
    expect(runs).toBeGreaterThan(1000)
  })

  test('alphabet: every answer → once', () => {
    expect(ALPHABET).toHaveLength(31)
    expect(new Set(ALPHABET).size).toBe(31)
  })
})

/** Plays every run of one mode; resolves with their number and the kinds of session reached. */
async function adversary(
  mode: SslMode,
  circumstances: Circumstances,
  mostAnswers = 4,
): Promise<{ runs: number; reached: string[] }> {
  const reached = new Set<string>()
  const runs = await exhaust(async (choices) => {
    const story = await play(mode, choices, mostAnswers, circumstances)
    for (const holds of INVARIANTS) {
      if (!holds(story)) throw new Error(`${holds.name} does not hold: ${tell(story, choices.named)}`)
    }
    const session = sessionOf(story)
    if (session) reached.add(session)
  })
  return { runs, reached: [...reached].sort() }
}

function sessionOf({ outcome }: Story): string | undefined {
  if (outcome === 'never settled' || !('dialed' in outcome)) return undefined
  const { encrypted, authentication } = outcome.dialed.attestation
  return `${encrypted ? 'TLS' : 'plaintext'}, ${authentication.method}${authentication.channelBound ? ', bound' : ''}`
}
