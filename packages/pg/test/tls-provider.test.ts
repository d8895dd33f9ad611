import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { explain, type ProvidedTls, resolveProfile, verifyConnection } from '@verifull/pg'
import { describe, expect, test } from 'vitest'
import { connection, SERIAL, serialOf, underLoad, useProvidedTls } from './tls-provider-fixture.ts'

const { database, kinds, poolOf, said, server } = await useProvidedTls()

describe('a provider of our own', () => {
  test('gives a certificate that a server does not take any more: the next one is fetched at once, nobody notices', async () => {
    const { root, otherRoot } = database.hierarchy
    const [one, two] = await Promise.all(
      [root, otherRoot].map((issuer) => issuer.issue({ usage: 'client', commonName: 'cert_user' })),
    )
    if (!one || !two) throw new Error('two certificates were issued')
    let fetches = 0
    let current = one
    const tls = async () => {
      fetches++
      return { sslcert: current.chain, sslkey: current.key }
    }
    const pool = poolOf({ sslrootcert: database.ca, user: 'cert_user', tls })
    const stays = await pool.connect()
    const { failures, serials } = await underLoad(pool, async () => {
      await pause(300)
      current = two
      await server('root', otherRoot.certificate)
      await pause(1500)
    })
    await server('root')
    expect(failures).toEqual([])
    expect(serials).toEqual(new Set([serialOf(one.certificate), serialOf(two.certificate)]))
    expect(fetches).toBe(2)
    expect(kinds()).toEqual(['reloaded'])
    expect((await stays.query(SERIAL)).rows).toEqual([{ seen: serialOf(one.certificate) }])
    stays.release()
    await pool.end()
  })

  test('whose roots no server fits is asked once more, however many want in, and the server is refused', async () => {
    let fetches = 0
    const tls = async () => {
      fetches++
      return { sslrootcert: database.hierarchy.otherRoot.certificate }
    }
    const pool = poolOf({ tls, password: database.server.password('scram_user') }, 20)
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => connection(pool)))
    const codes = outcomes.map((one) => one.status === 'rejected' && one.reason.code)
    expect(codes).toEqual(Array(20).fill('TLS_ISSUER'))
    expect(fetches).toBe(2)
    await pool.end()
  })

  test('is not asked where there is no TLS, and verifyConnection and explain know it', async () => {
    let fetches = 0
    const issued = await database.hierarchy.root.issue({ usage: 'client', commonName: 'cert_user' })
    const tls = async (): Promise<ProvidedTls> => {
      fetches++
      return { sslrootcert: database.hierarchy.root.certificate, sslcert: issued.chain, sslkey: issued.key }
    }
    const { password: _password, sslrootcert: _ca, ...rest } = database.settings
    const settings = { ...rest, user: 'cert_user', tls }
    expect(explain({ settings })).toMatchObject({ accepted: true, clientCertificate: 'what settings.tls gives' })
    const { profile } = resolveProfile({ settings })
    expect(fetches).toBe(0)
    const { server: seen, attestation } = await verifyConnection(profile)
    expect(seen).toMatchObject({
      user: 'cert_user',
      encrypted: true,
      clientCertificate: expect.stringContaining('CN=cert_user'),
    })
    expect(attestation.tls).toMatchObject({ verification: 'full', clientCertificate: true })
    expect(fetches).toBe(1)
    const middle = issued.key.split('\n')[2] ?? 'no key'
    const shown = inspect([profile, attestation, said], { depth: Infinity, showHidden: true, getters: true })
    expect(shown).not.toContain(middle)
    expect(JSON.stringify([profile, attestation])).not.toContain(middle)
  })
})
