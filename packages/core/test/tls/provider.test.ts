import { setMaxListeners } from 'node:events'
import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { createHierarchy, listenerOf } from '@verifull/test-harness/fixtures'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProvidedTls, TlsProvider } from '../../src/credentials/tls-provider.ts'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { PolicyError } from '../../src/errors/policy-error.ts'
import type { TlsEvent } from '../../src/events/tls.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import type { TlsMaterial, TlsSnapshot } from '../../src/tls/material.ts'
import { tlsOf } from '../profile/doors.ts'
import { Folder } from './fixture.ts'

const { root, otherRoot, clients, crls } = await createHierarchy()
const { chain, key } = clients.good
const folder = new Folder()
const never = new AbortController().signal
setMaxListeners(0, never)

/** A provider with a variable response, and its number of calls. */
function store(first: ProvidedTls | Error) {
  const state = { answer: first, asked: 0, delayMs: 0 }
  const tls: TlsProvider = async () => {
    state.asked++
    const { answer } = state
    if (state.delayMs > 0) await pause(state.delayMs)
    if (answer instanceof Error) throw answer
    return answer
  }
  return Object.assign(state, { tls })
}

const BASE: Settings = { host: 'db.example', user: 'app', environment: { NODE_ENV: 'production' } }

function materialOf(settings: Settings): TlsMaterial {
  const tls = tlsOf(resolveProfile({ settings: { ...BASE, ...settings } }).profile)
  if (!tls) throw new Error('there is TLS')
  return tls
}

const subjects = ({ roots }: TlsSnapshot) =>
  roots.certificates.map(({ subject }) => subject.replace('O=Verifull, ', ''))
const fingerprint = ({ clientCertificate }: TlsSnapshot) => clientCertificate?.certificate.fingerprint256

const listener = listenerOf<TlsEvent>('verifull:tls')
const { events, warnings } = listener
beforeEach(() => listener.start())
afterEach(() => listener.stop())
const said = () => warnings.filter(({ code }) => code === 'VERIFULL_TLS_RELOAD').map(({ message }) => message)

describe('TLS provider', () => {
  test('first use → one request for all callers and profiles', async () => {
    const { tls, ...rest } = BASE
    const asked = store({ sslrootcert: root.certificate, sslcert: chain, sslkey: key })
    asked.delayMs = 20
    const { profile, replicas } = resolveProfile({
      settings: { ...rest, tls: asked.tls, replicas: ['replica.example'] },
    })
    const other = materialOf({ tls: asked.tls })
    expect(asked.asked).toBe(0)
    const waiting = [tlsOf(profile), tlsOf(replicas[0]), other].flatMap((material) =>
      Array.from({ length: 30 }, () => material?.ready(never)),
    )
    const versions = await Promise.all(waiting)
    expect(asked.asked).toBe(1)
    expect(new Set(versions).size).toBe(1)
    expect(versions[0] && subjects(versions[0])).toEqual(['CN=Verifull test root'])
    expect(versions[0]?.clientCertificate?.certificate.subject).toContain('certificate_user')
    expect(versions[0]?.roots.source).toBe('settings.tls')
  })

  test('partial material → the rest comes from the settings, whose files are watched', async () => {
    const sslrootcert = folder.write('part.pem', root.certificate)
    const material = materialOf({ sslrootcert, tls: store({ sslcert: chain, sslkey: key }).tls })
    const first = await material.ready(never)
    expect([first.roots.source, first.clientCertificate?.source]).toEqual([sslrootcert, 'settings.tls'])
    folder.write('part.pem', root.certificate + otherRoot.certificate)
    expect(subjects(await material.ready(never))).toHaveLength(2)
    const roots = materialOf({ tls: store({ sslrootcert: root.certificate, sslcrl: crls.empty, version: 'v7' }).tls })
    const second = await roots.ready(never)
    expect([second.roots.source, second.crl?.lists.length]).toEqual(['settings.tls, version "v7"', 2])
    expect(second.clientCertificate).toBeUndefined()
  })

  test('expiresAt → refreshed ahead of it, while the current material is used', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => root.issue({ usage: 'client', commonName: 'app' })))
    if (!one || !two) throw new Error('two certificates were issued')
    const given = (issued: typeof one): ProvidedTls => ({
      sslcert: issued.chain,
      sslkey: issued.key,
      expiresAt: new Date(Date.now() + 3000),
    })
    const asked = store(given(one))
    const material = materialOf({ tls: asked.tls })
    const first = await material.ready(never)
    const began = Date.now()
    asked.answer = given(two)
    asked.delayMs = 250
    let givenMeanwhile = 0
    let version = first
    while (version === first && Date.now() - began < 10_000) {
      version = await material.ready(never)
      if (asked.asked === 2 && version === first) givenMeanwhile += 1
      await pause(20)
    }
    expect(Date.now() - began).toBeLessThan(3000)
    expect(asked.asked).toBe(2)
    expect(fingerprint(version)).not.toBe(fingerprint(first))
    expect(givenMeanwhile).toBeGreaterThan(0)
    expect(structuredClone(events)).toEqual(events) // plain data: no function leads to a secure context
    expect(inspect(events, { depth: Infinity, showHidden: true })).not.toMatch(/PRIVATE KEY|SecureContext|Function/)
    expect(events).toMatchObject([{ kind: 'reloaded', version: { version: 2 } }])
    expect(said()).toEqual([])
  })

  test('the certificate expires → requested again, and the expired material is not used', async () => {
    const short = await root.issue({ usage: 'client', commonName: 'app', notAfter: new Date(Date.now() + 2000) })
    const asked = store({ sslcert: short.chain, sslkey: short.key })
    const material = materialOf({ tls: asked.tls })
    const first = await material.ready(never)
    asked.answer = new Error('the store is down')
    expect(await material.ready(never)).toBe(first)
    await pause(2500)
    await expect(material.ready(never)).rejects.toMatchObject({ code: 'CREDENTIALS_PROVIDER', retryable: true })
    asked.answer = { sslcert: chain, sslkey: key }
    expect(fingerprint(await material.ready(never))).not.toBe(fingerprint(first))
  })

  test('the same material again → no new version', async () => {
    const asked = store({ sslrootcert: root.certificate })
    const material = materialOf({ tls: asked.tls })
    const first = await material.ready(never)
    expect(await material.renewed(first, never)).toBeUndefined()
    expect(asked.asked).toBe(2)
    expect(await material.ready(never)).toBe(first)
    expect(events).toEqual([])
  })

  test('failed verifications → one request for all, then a cooldown', async () => {
    const asked = store({ sslrootcert: root.certificate })
    const material = materialOf({ tls: asked.tls })
    const first = await material.ready(never)
    asked.answer = { sslrootcert: root.certificate + otherRoot.certificate }
    const others = await Promise.all([1, 2, 3].map(() => material.renewed(first, never)))
    expect(asked.asked).toBe(2)
    const second = await material.ready(never)
    expect(new Set(others)).toEqual(new Set([second]))
    expect(subjects(second)).toHaveLength(2)
    for (let i = 0; i < 5; i++) expect(await material.renewed(second, never)).toBeUndefined()
    expect(asked.asked).toBe(2)
    expect(await material.renewed(first, never)).toBe(second)
  })
})

describe('TLS provider: invalid material', () => {
  const bad: Record<string, [ProvidedTls | unknown, RegExp]> = {
    'nothing at all': [undefined, /^settings\.tls gave undefined where TLS material is needed; it must give/],
    'an empty object': [{}, /^settings\.tls gave no TLS material; it must give one of sslrootcert, sslcert/],
    'a certificate without a key': [
      { sslcert: chain },
      /^settings\.tls gave sslcert and not sslkey; it must give both/,
    ],
    'a path': [{ sslrootcert: '/etc/ca.pem' }, /^settings\.tls gave a string that is not PEM as sslrootcert; it must/],
    'a number': [{ sslrootcert: 7 }, /^settings\.tls gave a number as sslrootcert/],
    'an end that is no date': [{ sslrootcert: root.certificate, expiresAt: 'soon' }, /gave expiresAt as a string/],
    'a certificate that is cut off': [
      { sslcert: chain.slice(0, 200), sslkey: key },
      /^sslcert \(from settings\.tls\) is cut off: a BEGIN line has no END line; give the whole certificate$/,
    ],
    'a key that does not fit': [
      { sslcert: chain, sslkey: clients.wrongAuthority.key, version: 'v2' },
      /^sslkey \(from settings\.tls, version "v2"\) does not fit sslcert \(from settings\.tls, version "v2"\); give the key/,
    ],
    'a certificate for a root, with a key': [
      { sslrootcert: key },
      /^sslrootcert \(from settings\.tls\) holds a PRIVATE KEY, not a certificate/,
    ],
    'an expired certificate': [
      { sslcert: clients.expired.chain, sslkey: clients.expired.key },
      /client certificate ".*" of sslcert \(from settings\.tls\) \(expired on .*\) is refused by policy production \(rule certificate-invalid\)/,
    ],
  }
  for (const [name, [answer, message]] of Object.entries(bad)) {
    test(`as ${name} is refused, in words that show no key; in the place of good material it is said once, and that stays`, async () => {
      const error = await materialOf({ tls: store(answer as ProvidedTls).tls })
        .ready(never)
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Error)
      expect((error as Error).message).toMatch(message)
      const middle = key.split('\n')[2] ?? 'no key'
      expect(inspect(error, { depth: 10 })).not.toContain(middle)

      const asked = store({ sslrootcert: root.certificate })
      const material = materialOf({ tls: asked.tls })
      const first = await material.ready(never)
      asked.answer = answer as ProvidedTls
      expect(await material.renewed(first, never)).toBeUndefined()
      expect(await material.ready(never)).toBe(first)
      await pause(5)
      expect(said()).toHaveLength(1)
      expect(said()[0]).toContain('new TLS material of settings.tls is not used, the last good ones stay in use: ')
      expect(events).toMatchObject([{ kind: 'reload-failed', version: { version: 1 } }])
      expect(inspect([events, said()], { depth: 10 })).not.toContain(middle)
    })
  }

  test('each case → its class of error', async () => {
    const error = (answer: unknown) => materialOf({ tls: store(answer as ProvidedTls).tls }).ready(never)
    await expect(error(undefined)).rejects.toBeInstanceOf(CredentialsError)
    await expect(error({ sslrootcert: key })).rejects.toBeInstanceOf(ConfigurationError)
    const expired = { sslcert: clients.expired.chain, sslkey: clients.expired.key }
    await expect(error(expired)).rejects.toBeInstanceOf(PolicyError)
  })

  test('a field that the settings have too → a contradiction that names both', async () => {
    const environment = { NODE_ENV: 'production', DB_SSL_CA: root.certificate }
    const material = materialOf({ environment, tls: store({ sslrootcert: root.certificate }).tls })
    await expect(material.ready(never)).rejects.toThrow(
      /^sslrootcert \(from settings\.tls\) contradicts sslrootcert \(from DB_SSL_CA\); remove one$/,
    )
  })

  test('a throwing function → not quoted; a hanging one → abandoned by its callers', async () => {
    const thrown = materialOf({ tls: store(new TypeError(`bad key ${key}`)).tls }).ready(never)
    await expect(thrown).rejects.toThrow(
      /^settings\.tls failed to give TLS material \(TypeError\); its message is not shown/,
    )
    const hangs = materialOf({ tls: () => new Promise(() => {}) })
    const began = performance.now()
    await expect(hangs.ready(AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(performance.now() - began).toBeLessThan(4000)
  })
})

describe('TLS provider: nothing weaker replaces the current material', () => {
  const all = { sslrootcert: root.certificate, sslcert: chain, sslkey: key, sslcrl: crls.empty }
  const without = (...names: readonly (keyof typeof all)[]): ProvidedTls =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name as keyof typeof all)))

  test.each([
    ['sslrootcert', without('sslrootcert'), ['sslrootcert']],
    ['sslcrl', without('sslcrl'), ['sslcrl']],
    ['sslcert and sslkey', without('sslcert', 'sslkey'), ['sslcert', 'sslkey']],
  ] as const)('%s is given no more → the last good material stays', async (_what, given, missing) => {
    const asked = store(all)
    const material = materialOf({ tls: asked.tls })
    const before = await material.ready(never)
    asked.answer = given
    expect(await material.renewed(before, never)).toBeUndefined()
    expect(await material.ready(never)).toBe(before)
    expect(events.at(-1)).toMatchObject({
      kind: 'reload-failed',
      problems: missing.map((parameter) => ({
        parameter,
        message: `${parameter} (from settings.tls) was given before and is not any more; give it, or start the application again if it is to do without it`,
      })),
    })
  })

  test('more is given than before → it is used', async () => {
    const asked = store(without('sslcrl'))
    const material = materialOf({ tls: asked.tls })
    const before = await material.ready(never)
    asked.answer = all
    expect(await material.renewed(before, never)).toMatchObject({ crl: { lists: [{}, {}] } })
  })

  test('root.crt is gone before the provider is asked → refused', async () => {
    const home = join(folder.path, 'vanishing')
    const path = folder.write('vanishing/.postgresql/root.crt', otherRoot.certificate)
    const asked = store({ sslcert: chain, sslkey: key })
    const material = materialOf({ tls: asked.tls, environment: { NODE_ENV: 'production', HOME: home } })
    unlinkSync(path)
    await expect(material.ready(never)).rejects.toThrow(
      `sslrootcert "${path}" (the default file) was in use and is gone; put it back, or start the application again if it is to do without it`,
    )
    folder.write('vanishing/.postgresql/root.crt', otherRoot.certificate)
    expect(subjects(await material.ready(never))).toEqual(['CN=Verifull test root of somebody else'])
  })
})

describe('TLS provider: policy', () => {
  test('a certificate with a warning → an event, and the material is used', async () => {
    const soon = await root.issue({ usage: 'client', commonName: 'app', notAfter: new Date(Date.now() + 5 * 864e5) })
    const given = { sslcert: soon.chain, sslkey: soon.key }
    await materialOf({ tls: store(given).tls }).ready(never)
    expect(events).toMatchObject([{ kind: 'findings', findings: [{ rule: 'certificate-expiring', severity: 'warn' }] }])
    events.length = 0
    // an intended end is no finding
    await materialOf({ tls: store({ ...given, expiresAt: new Date(Date.now() + 4 * 864e5) }).tls }).ready(never)
    expect(events).toEqual([])
  })

  test('a relaxed rule → the material is used, with the reason in the event', async () => {
    const policy = { use: 'production', allow: { 'certificate-invalid': 'a test' } } as const
    const { chain: sslcert, key: sslkey } = clients.expired
    const version = await materialOf({ policy, tls: store({ sslcert, sslkey }).tls }).ready(never)
    expect(version.clientCertificate).toBeDefined()
    expect(events).toMatchObject([{ kind: 'findings', findings: [{ allowedBecause: 'a test' }] }])
  })
})

describe('TLS provider: before the first request', () => {
  test('explain → the source of the material', () => {
    const asked = store({ sslrootcert: root.certificate })
    const { roots, clientCertificate, settings, accepted } = explain({ settings: { ...BASE, tls: asked.tls } })
    expect(accepted).toBe(true)
    expect(roots).toMatch(/^what settings\.tls gives, else system roots/)
    expect(clientCertificate).toBe('what settings.tls gives')
    expect(settings).toContainEqual({ parameter: 'tls', value: 'a provider', source: 'settings.tls', shadows: [] })
    const ca = folder.write('explained.pem', root.certificate)
    expect(explain({ settings: { ...BASE, sslrootcert: ca, tls: asked.tls } }).roots).toBe(ca)
    expect(asked.asked).toBe(0)
  })

  test('other settings → checked; a provider that is no function → refused', () => {
    const { tls } = store({ sslcert: chain, sslkey: key })
    expect(() => materialOf({ sslrootcert: '/nowhere/ca.pem', tls })).toThrow(/there is no such file/)
    const wrong = { ...BASE, tls: 'ca.pem' as unknown as TlsProvider }
    expect(() => resolveProfile({ settings: wrong })).toThrow(
      /^settings\.tls must be a function that gives TLS material, not a string; for a CA use sslrootcert$/,
    )
  })

  test('a verifying mode without roots → accepted, as the provider may have them', async () => {
    const settings = { environment: { NODE_ENV: 'development' }, sslmode: 'verify-ca' } as const
    expect(() => materialOf(settings)).toThrow(/^root certificate is missing/)
    const { tls } = store({ sslrootcert: root.certificate })
    expect(subjects(await materialOf({ ...settings, tls }).ready(never))).toHaveLength(1)
    const none = materialOf({ ...settings, sslmode: 'require', tls: store({ sslcert: chain, sslkey: key }).tls })
    await expect(none.ready(never)).rejects.toThrow(
      /^root certificate is missing: sslmode=require \(from settings\.sslmode\) needs the CA certificate of the server, and settings\.tls gave none/,
    )
  })
})
