import { setTimeout as sleep } from 'node:timers/promises'
import { createHierarchy, type Hierarchy } from '@verifull/test-harness/fixtures'
import type { Profile } from '../../src/profile/profile.ts'
import { tcp } from '../addresses/endpoints.ts'
import { load } from '../tls/fixture.ts'
import { profileWith } from './profile.ts'

/** A profile for one server on loopback: TLS, verified in full, or plaintext. */
export async function profileFor(
  port: number,
  kind: 'tls' | 'plain',
  changes: Partial<Profile> = {},
): Promise<Profile> {
  const endpoints = [tcp('db.test', port, '127.0.0.1')]
  if (kind === 'plain') return profileWith({ endpoints, ...changes })
  const { root }: Hierarchy = await createHierarchy()
  const tls = load({ sslrootcert: root.certificate })
  return profileWith({
    endpoints,
    sslmode: { value: 'verify-full', source: 'test' },
    attempts: [{ kind: 'tls', verification: 'full' }],
    tlsFor: () => tls,
    ...changes,
  })
}

/** Waits for a condition; fails after two seconds. */
export async function until(happened: () => boolean): Promise<void> {
  for (let waited = 0; waited < 2000; waited += 5) {
    if (happened()) return
    await sleep(5)
  }
  throw new Error('it never happened')
}
