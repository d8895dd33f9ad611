import { describe, expect, test } from 'vitest'
import type { Credentials, CredentialsProvider } from '../../src/credentials/credentials.ts'
import { perServer } from '../../src/credentials/per-server.ts'
import { dial } from '../../src/dial/dial.ts'
import { isLoginRejection } from '../../src/dial/login-rejection.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { loginsOf } from '../../src/profile/logins.ts'
import type { Profile } from '../../src/profile/profile.ts'
import type { Attempt } from '../../src/sslmode.ts'
import type { TlsMaterial } from '../../src/tls/material.ts'
import { tcp } from '../addresses/endpoints.ts'
import { collect } from '../sources/reading.ts'
import { profileWith } from './profile.ts'
import { type Judge, PasswordNetwork, REFUSED, type Refusal } from './rotating.ts'

const VERIFIED: Attempt = { kind: 'tls', verification: 'full' }
const UNVERIFIED: Attempt = { kind: 'tls', verification: 'none' }
const PLAIN: Attempt = { kind: 'plain' }

const version = { secureContext: () => ({}), roots: { source: 'test' }, clientCertificate: undefined }
const tls = { ready: async () => version, renewed: async () => false } as unknown as TlsMaterial

/** A provider that returns its passwords in turn as replacements; the last one repeats. */
const inTurn =
  (...passwords: string[]): CredentialsProvider =>
  async ({ rejected = [] }) => ({ password: passwords[Math.min(rejected.length, passwords.length - 1)] ?? '' })

function profileFor(
  secrets: CredentialsProvider,
  attempts: readonly Attempt[],
  changes: Partial<Profile> = {},
): Profile {
  const logins = loginsOf(collect({ settings: { user: 'app', secrets } }))
  return profileWith({ attempts, tlsFor: () => tls, plaintext: 'anywhere', logins, ...changes })
}

const only =
  (right: string, refusal: Refusal = REFUSED): Judge =>
  (password) =>
    password === right ? 'in' : refusal

describe('dial: rejected login', () => {
  test('another secret → a new connection, and the old one is destroyed', async () => {
    const network = new PasswordNetwork(only('new'))
    const { attestation } = await dial(profileFor(inTurn('old', 'new'), [VERIFIED]), {}, undefined, network)
    expect(network.dials).toMatchObject([
      { encrypted: true, passwords: ['old'], destroyed: true, released: false },
      { encrypted: true, passwords: ['new'], destroyed: false, released: true },
    ])
    expect(attestation.failedAttempts).toMatchObject([{ attempt: 'tls', code: '28P01' }])
  })

  test('another secret with user and database → both are used', async () => {
    const secrets: CredentialsProvider = async ({ rejected }): Promise<Credentials> =>
      rejected
        ? { user: 'app_clone', password: 'new', database: 'orders' }
        : { user: 'app', password: 'old', database: 'app' }
    const network = new PasswordNetwork(only('new'))
    const { attestation } = await dial(profileFor(secrets, [VERIFIED]), {}, undefined, network)
    expect(attestation.user).toBe('app_clone')
    expect(network.dials.map(({ startups }) => startups[0])).toEqual([
      'user\0app\0database\0app\0client_encoding\0UTF8\0\0',
      'user\0app_clone\0database\0orders\0client_encoding\0UTF8\0\0',
    ])
  })

  test('no other secret → the reason, with all attempts', async () => {
    const network = new PasswordNetwork(only('right'))
    const failing = dial(profileFor(inTurn('wrong'), [VERIFIED]), {}, undefined, network)
    await expect(failing).rejects.toMatchObject({
      name: 'ServerError',
      code: '28P01',
      cause: { code: 'CREDENTIALS_REFUSED' },
    })
    expect(network.dials).toHaveLength(3)
    expect(network.dials.every(({ destroyed }) => destroyed)).toBe(true)
  })

  test('a fixed secret → rejected at once', async () => {
    const network = new PasswordNetwork(only('right'))
    const failing = dial(profileWith({ attempts: [VERIFIED], tlsFor: () => tls }), {}, undefined, network)
    await expect(failing).rejects.toMatchObject({ code: '28P01' })
    expect(network.dials).toHaveLength(1)
  })

  test('slow server and store → all rounds end by the deadline', async () => {
    let logins = 0
    const network = new PasswordNetwork(() => (++logins < 3 ? REFUSED : 'silent'))
    const began = performance.now()
    const failing = dial(profileFor(inTurn('wrong'), [VERIFIED], { deadlineMs: 1000 }), {}, undefined, network)
    await expect(failing).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(performance.now() - began).toBeLessThan(5000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(network.dials.every(({ destroyed }) => destroyed)).toBe(true)
  })

  test('a store without a response → named in the error of the deadline', async () => {
    const network = new PasswordNetwork(only('right'))
    const failing = dial(
      profileFor(() => new Promise(() => {}), [VERIFIED], { deadlineMs: 100 }),
      {},
      undefined,
      network,
    )
    await expect(failing).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message:
        'timeout expired: no connection within 0.1 s in all (it was in the phase "credentials"); the last host was one.test:5432',
    })
    expect(network.dials).toEqual([])
  })
})

describe('dial: rejected login, two attempts', () => {
  test('prefer, rejected password → the new secret over TLS first, and never in plaintext', async () => {
    const network = new PasswordNetwork((password, { encrypted }) => (encrypted && password !== 'new' ? REFUSED : 'in'))
    await dial(profileFor(inTurn('old', 'new'), [UNVERIFIED, PLAIN]), {}, undefined, network)
    expect(network.dials.map(({ encrypted }) => encrypted)).toEqual([true, true])
    const refusing = new PasswordNetwork((_password, { encrypted }) => (encrypted ? REFUSED : 'in'))
    await expect(
      dial(profileFor(inTurn('one', 'two'), [UNVERIFIED, PLAIN]), {}, undefined, refusing),
    ).rejects.toMatchObject({ code: '28P01' })
    expect(refusing.dials.every(({ encrypted }) => encrypted)).toBe(true)
  })

  test('prefer, another refusal → plaintext as in libpq, once there is no other secret', async () => {
    const refusal = { ...REFUSED, C: '28000', M: 'certificate authentication failed for user "app"' }
    const network = new PasswordNetwork((_password, { encrypted }) => (encrypted ? refusal : 'in'))
    const { attestation } = await dial(profileFor(inTurn('one'), [UNVERIFIED, PLAIN]), {}, undefined, network)
    expect(attestation.encrypted).toBe(false)
    expect(network.dials.map(({ encrypted }) => encrypted)).toEqual([true, true, true, false])
  })

  test('allow, refused without TLS → accepted with it', async () => {
    const network = new PasswordNetwork((_password, { encrypted }) => (encrypted ? 'in' : REFUSED))
    const { attestation } = await dial(profileFor(inTurn('one'), [PLAIN, UNVERIFIED]), {}, undefined, network)
    expect(attestation.encrypted).toBe(true)
    expect(network.dials.at(-1)).toMatchObject({ encrypted: true, passwords: ['one'] })
  })

  test('50 connections at once → few logins per attempt', async () => {
    const network = new PasswordNetwork(() => REFUSED)
    const profile = profileFor(inTurn('one'), [PLAIN, UNVERIFIED])
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => dial(profile, {}, undefined, network)))
    expect(outcomes.every((one) => one.status === 'rejected' && one.reason.code === '28P01')).toBe(true)
    const logins = network.dials.filter(({ passwords }) => passwords.length > 0)
    expect(logins.filter(({ encrypted }) => !encrypted).length).toBeLessThanOrEqual(9)
    expect(logins.filter(({ encrypted }) => encrypted).length).toBeLessThanOrEqual(9)
  })
})

test('an unverified server → no secret is sent', async () => {
  let asked = 0
  const secrets: CredentialsProvider = async () => ({ password: `secret ${++asked}` })
  const network = new PasswordNetwork(() => 'in', 'unverified')
  await expect(dial(profileFor(secrets, [VERIFIED]), {}, undefined, network)).rejects.toMatchObject({
    code: 'TLS_ISSUER',
  })
  expect(network.dials).toMatchObject([{ passwords: [], startups: [], destroyed: true }])
})

describe('dial: rotation, several servers', () => {
  const endpoints = [tcp('one.test', 5432), tcp('two.test', 5432)]

  test('a token per server → none is sent to the other', async () => {
    const secrets = perServer(async ({ server }) => ({ password: `for ${server?.user}@${server?.host}` }))
    const network = new PasswordNetwork((password, { host }) =>
      password !== `for app@${host}`
        ? REFUSED
        : host === 'one.test'
          ? { S: 'FATAL', C: '57P03', M: 'starting up' }
          : 'in',
    )
    const { attestation } = await dial(profileFor(secrets, [VERIFIED], { endpoints }), {}, undefined, network)
    expect(attestation.host).toBe('two.test')
    expect(network.dials.map(({ host, passwords }) => [host, passwords])).toEqual([
      ['one.test', ['for app@one.test']],
      ['two.test', ['for app@two.test']],
    ])
  })

  test('a host that rejects every secret → the search ends, as in libpq', async () => {
    const network = new PasswordNetwork((_password, { host }) => (host === 'one.test' ? REFUSED : 'in'))
    await expect(
      dial(profileFor(inTurn('one'), [VERIFIED], { endpoints }), {}, undefined, network),
    ).rejects.toMatchObject({ code: '28P01' })
    expect(network.dials.every(({ host }) => host === 'one.test')).toBe(true)
  })

  test('one name, one address lags behind → each gets the secret that it accepts', async () => {
    const network = new PasswordNetwork(
      (password, { host }) => (password === (host === '10.0.0.1' ? 'new' : 'old') ? 'in' : REFUSED),
      'verified',
      { 'one.test': ['10.0.0.1', '10.0.0.2'] },
    )
    const profile = profileFor(inTurn('new', 'old'), [VERIFIED], { loadBalanceHosts: 'random' })
    for (let count = 0; count < 30; count++) await dial(profile, {}, undefined, network)
    expect(network.dials).toHaveLength(31)
  })
})

describe('dial: refusals of a login or of the connection', () => {
  const error = (code: string, message = 'no', routine?: string) =>
    new ServerError(message, code, { ...(routine && { routine }) }, 1)

  test.each([
    error('28P01'),
    error('28000', 'role "app" is not permitted to log in', 'InitializeSessionUserId'),
    error('28000', 'PAM authentication failed for user "app"', 'auth_failed'),
    error('28000'),
    error(
      '08P01',
      'This RDS proxy has no credentials for the role app. Check the credentials for this role and try again.',
    ),
    error('28P01', 'The password that was provided for the role app is wrong.'),
    error('08P01', 'The password that was provided for the role app is wrong.'),
  ])('$code $message → of the login', (refusal) => {
    expect(isLoginRejection(refusal)).toBe(true)
  })

  test.each([
    error(
      '28000',
      'no pg_hba.conf entry for host "::1", user "app", database "app", SSL encryption',
      'ClientAuthentication',
    ),
    error('28000', 'no pg_hba.conf entry for host "::1"'),
    error('28000', 'connection requires a valid client certificate', 'ClientAuthentication'),
    error('53300', 'too many connections for role "app"'),
    error('3D000'),
    error('42501'),
    error('57P03'),
    new Error('28P01'),
  ])('$code $message → of the connection', (refusal) => {
    expect(isLoginRejection(refusal)).toBe(false)
  })

  test('a role without login, refused after its password was accepted → another secret is requested', async () => {
    let opened = 0
    const refusal = { S: 'FATAL', C: '28000', M: 'role "app" is not permitted to log in', R: 'InitializeSessionUserId' }
    const network = new PasswordNetwork(() => (++opened === 1 ? { ...refusal, after: 'ok' } : 'in'))
    await dial(profileFor(inTurn('old', 'new'), [VERIFIED]), {}, undefined, network)
    expect(network.dials.map(({ passwords }) => passwords[0])).toEqual(['old', 'new'])
  })
})
