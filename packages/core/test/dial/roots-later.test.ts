import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHierarchy, type HostileServer, startHostileServer } from '@verifull/test-harness/fixtures'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { cancel } from '../../src/dial/cancel.ts'
import { dial } from '../../src/dial/dial.ts'
import { explain } from '../../src/profile/explain.ts'
import type { Profile } from '../../src/profile/profile.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'

const { root, otherRoot, servers } = await createHierarchy()
const { chain, key } = servers.good
const server: HostileServer = await startHostileServer({ tls: { certificate: chain, key } })
const folder = mkdtempSync(join(tmpdir(), 'verifull-later-'))
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await server.stop()
})

let homes = 0
let home: string
beforeEach(() => {
  home = join(folder, String(++homes))
  mkdirSync(join(home, '.postgresql'), { recursive: true })
})
const put = (name: string, text: string) => writeFileSync(join(home, '.postgresql', name), text)

/** A development profile like libpq's, without files in the home folder. */
function sources(sslmode: 'allow' | 'prefer' | 'require') {
  const place = { host: 'db.test', hostaddr: '127.0.0.1', port: server.port, user: 'app', password: 'pencil' }
  return { settings: { ...place, sslmode, policy: 'development' as const, environment: { HOME: home } } }
}

/** Result of a connection: its verification, or the code of the failure. */
async function outcome(profile: Profile): Promise<unknown> {
  try {
    const { attestation, socket } = await dial(profile)
    socket.destroy()
    return attestation.tls?.verification ?? 'plain'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

describe('a root.crt that appears after the start', () => {
  test.each(['prefer', 'require'] as const)('%s → the chain is verified from then on', async (sslmode) => {
    const { profile } = resolveProfile(sources(sslmode))
    expect(await outcome(profile)).toBe('none')
    put('root.crt', otherRoot.certificate)
    expect(await outcome(profile)).toBe('TLS_ISSUER')
    put('root.crt', root.certificate)
    expect(await outcome(profile)).toBe('ca')
  })

  test.each(['prefer', 'require'] as const)('%s, and goes → it is verified by the last good one', async (sslmode) => {
    put('root.crt', otherRoot.certificate)
    const { profile } = resolveProfile(sources(sslmode))
    expect(await outcome(profile)).toBe('TLS_ISSUER')
    rmSync(join(home, '.postgresql'), { recursive: true })
    expect(await outcome(profile)).toBe('TLS_ISSUER')
  })

  test('require, with revocation lists → a revoked certificate is refused from then on', async () => {
    const { crls } = await createHierarchy()
    const revoked = await startHostileServer({ tls: { certificate: servers.revoked.chain, key: servers.revoked.key } })
    const { settings } = sources('require')
    const { profile } = resolveProfile({ settings: { ...settings, port: revoked.port } })
    put('root.crl', crls.revoking)
    expect(await outcome(profile)).toBe('none') // as in libpq: without a root it loads no list
    put('root.crt', root.certificate)
    expect(await outcome(profile)).toBe('TLS_REVOKED')
    rmSync(join(home, '.postgresql', 'root.crl'))
    expect(await outcome(profile)).toBe('TLS_REVOKED')
    await revoked.stop()
  })

  test('the profile and explain() → say what is verified at least, and now', async () => {
    const { profile } = resolveProfile(sources('require'))
    put('root.crt', root.certificate)
    expect(profile.attempts).toEqual([{ kind: 'tls', verification: 'none' }])
    expect(explain(sources('require')).attempts).toEqual([{ kind: 'tls', verification: 'ca' }])
    expect(await outcome(profile)).toBe('ca')
  })

  test('a cancel request → verified by it, as the sessions are', async () => {
    const { profile } = resolveProfile(sources('require'))
    const dialed = await dial(profile)
    put('root.crt', otherRoot.certificate)
    await expect(cancel(profile, dialed)).rejects.toMatchObject({ code: 'TLS_ISSUER' })
    put('root.crt', root.certificate)
    await cancel(profile, dialed)
    dialed.socket.destroy()
  })
})
