import { createAuthority, createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { PolicyError } from '../../src/errors/policy-error.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { outcomeOf } from './refusal.ts'

const { root, servers } = await createHierarchy()
const DAY = 86_400_000
const soon = new Date(Date.now() + 30 * DAY)
const future = await createAuthority({ name: 'next', notBefore: soon })
/** A renewal of the root: the same name with a new key. */
const renewed = await createAuthority({ name: root.name, notBefore: soon })

const start = (sslrootcert: string) =>
  resolveProfile({ settings: { host: 'db.test', user: 'app', sslrootcert, policy: 'production', environment: {} } })

describe('a bundle with a root that is not valid yet', () => {
  test.each([
    ['of another name, after the good one', root.certificate + future.certificate],
    ['of another name, before the good one', future.certificate + root.certificate],
    ['of the same name, after the good one', root.certificate + renewed.certificate],
    ['of the same name, before the good one', renewed.certificate + root.certificate],
  ])('%s → the application starts and connects', async (_where, bundle) => {
    expect(start(bundle).profile.findings).toEqual([])
    expect(await outcomeOf({ sslrootcert: bundle }, servers.good)).toBe('accepted')
  })

  test('and no other → refused at the start, and by the handshake', async () => {
    expect(() => start(future.certificate)).toThrow(PolicyError)
    const early = await future.issue({ usage: 'server', dnsNames: ['db.test'] })
    expect(await outcomeOf({ sslrootcert: future.certificate }, early)).toMatch(/^TLS_EXPIRED: /)
  })

  test('and the server is issued by that one → refused by the handshake', async () => {
    const early = await future.issue({ usage: 'server', dnsNames: ['db.test'] })
    expect(await outcomeOf({ sslrootcert: root.certificate + future.certificate }, early)).toMatch(/^TLS_EXPIRED: /)
  })
})
