import { inspect } from 'node:util'
import { createAuthority, startHostileServer } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { dial } from '../../src/dial/dial.ts'
import { explain } from '../../src/profile/explain.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { FixedLogins } from '../../src/rotation/fixed-logins.ts'
import { inspectCertificate } from '../../src/x509/certificate.ts'
import {
  authentication,
  authenticationOk,
  backendKey,
  errorResponse,
  message,
  notice,
  parameterStatus,
  readyForQuery,
  sasl,
} from '../wire/backend-messages.ts'
import { MemoryNetwork, type MemoryServer } from './memory-network.ts'
import { profileWith } from './profile.ts'

/** Characters that clear a screen, set a title, reverse text, break a line or are invisible. */
const EVIL = 'e\x1b[2J\x9b31m\x1b]0;t\x07\u202e\u2066\u2028\n\r\u200b\ufeff\u{e0041}v'
const STEERS = /[\p{C}\p{Zl}\p{Zp}]/u

/** Every string in an error, an attestation or a list of attempts. */
function textsIn(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || seen.has(value)) return []
  seen.add(value)
  return Reflect.ownKeys(value)
    .filter((key) => key !== 'stack' && key !== 'login')
    .flatMap((key) => textsIn((value as Record<PropertyKey, unknown>)[key], seen))
}

function expectPrintable(value: unknown): void {
  const texts = textsIn(value).filter((text) => STEERS.test(text.replaceAll('\n  ', '')))
  expect(texts).toEqual([])
  expect(inspect(value, { depth: 20, showHidden: true }).replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
}

async function outcomeOf(profile: Parameters<typeof profileWith>[0], server: MemoryServer): Promise<unknown> {
  const network = new MemoryNetwork({ 'one.test': server })
  return await dial(profileWith(profile), {}, undefined, network).catch((error: unknown) => error)
}

const FIELDS = Object.fromEntries([...'SMDHPpqWstcdnFLR'].map((code) => [code, EVIL]))
const start = (version: string) => [authenticationOk, parameterStatus('server_version', version)]
const scramError = (text: string): MemoryServer => [
  sasl('SCRAM-SHA-256'),
  (sent) => {
    const [, nonce = ''] = /r=([^,]*)$/.exec(sent.toString('latin1')) ?? []
    return authentication(11, Buffer.from(`r=${nonce}x,s=c2FsdA==,i=4096`))
  },
  authentication(12, Buffer.from(`e=${text}`)),
]

/** Every text of a server before its verification. */
const SAID: Readonly<Record<string, MemoryServer>> = {
  'an error instead of an authentication request': [errorResponse({ C: '28000', ...FIELDS })],
  'an error after the password': [authentication(3), errorResponse({ C: '28P01', ...FIELDS })],
  'an error after AuthenticationOk': [Buffer.concat([authenticationOk, errorResponse({ C: '3D000', ...FIELDS })])],
  'SASL mechanisms': [sasl(`SCRAM-${EVIL.replaceAll('\0', '')}`, EVIL)],
  'the error of SCRAM': scramError(EVIL.replaceAll(',', '')),
  'another message': [message('X', Buffer.from(EVIL))],
  'the version of the server': [Buffer.concat([...start(EVIL), backendKey(7, Buffer.alloc(4)), readyForQuery])],
  'an error of the question about its role': [
    Buffer.concat([...start('18.1'), readyForQuery]),
    Buffer.concat([errorResponse({ C: '42501', ...FIELDS }), readyForQuery]),
  ],
}

describe('printable: text of a peer that is not verified', () => {
  test.each(Object.entries(SAID))('%s → escaped', async (what, server) => {
    const outcome = await outcomeOf({ targetSessionAttrs: what.includes('role') ? 'read-write' : 'any' }, server)
    expectPrintable(outcome)
    if (what !== 'another message') expect(textsIn(outcome).join('\n')).toMatch(/e\\x1b\[2JÂ?\\x9b31m/)
  })

  test('a notice → escaped in the bytes that the driver reads', async () => {
    const said = Buffer.concat([...start('18.1'), notice({ S: 'NOTICE', C: '01000', M: EVIL, D: EVIL }), readyForQuery])
    const { replay } = (await outcomeOf({}, [said])) as { replay: Buffer }
    expect(replay.toString('utf8')).toContain('Me\\x1b[2J\\x9b31m\\x1b]0;t\\x07\\u{202e}')
    expect(replay.includes(0x1b)).toBe(false)
    expect(replay.subarray(-readyForQuery.length)).toEqual(readyForQuery)
  })

  test.each(['an error', 'SASL mechanisms', 'SCRAM'])('%s without end → cut', async (what) => {
    const long = 'x'.repeat(50_000)
    const server: Record<string, MemoryServer> = {
      'an error': [errorResponse({ C: '28000', M: long, D: long, H: long })],
      'SASL mechanisms': [sasl(long)],
      SCRAM: scramError(long),
    }
    const outcome = (await outcomeOf({}, server[what] ?? [])) as Error
    expect(outcome.message.length).toBeLessThan(1200)
    for (const text of textsIn(outcome)) expect(text.length).toBeLessThan(1200)
  })

  test('an error of a server that behaves → as it is', async () => {
    const said = { M: 'utilisateur « x » inconnu', D: 'Rôle "x"', H: '日本語' }
    const outcome = await outcomeOf({}, [errorResponse({ C: '28000', ...said })])
    expect(outcome).toMatchObject({ message: said.M, fields: { detail: said.D, hint: said.H } })
  })

  test('a password that the server repeats, with control characters or at the cut → not there', async () => {
    const password = 'ca\x1bnary-7fq2\u202e'
    for (const before of ['', 'x'.repeat(995)]) {
      const { outcome } = await echoed(password, `${before}${password}`)
      expect(textsIn(outcome).join('\n')).not.toMatch(/ca|nary/)
    }
  })
})

async function echoed(password: string, text: string): Promise<{ outcome: unknown }> {
  const { Secret } = await import('../../src/text/secret.ts')
  const server: MemoryServer = [authentication(3), errorResponse({ C: '28P01', M: text, D: text })]
  return {
    outcome: await outcomeOf(
      { logins: new FixedLogins(() => ({ user: 'app', password: new Secret(password) })) },
      server,
    ),
  }
}

describe('printable: names in a certificate', () => {
  const name = EVIL.slice(0, 40)

  test.each(['verify-full', 'verify-ca'] as const)('issuer, sslmode=%s, another root → escaped', async (sslmode) => {
    const [evil, trusted] = [await createAuthority({ name }), await createAuthority()]
    const { chain: certificate, key } = await evil.issue({ usage: 'server', dnsNames: ['localhost'] })
    const server = await startHostileServer({ tls: { certificate, key } })
    const { profile } = resolveProfile({
      settings: {
        host: 'localhost',
        port: server.port,
        user: 'app',
        sslmode,
        sslrootcert: trusted.certificate,
        environment: { NODE_ENV: 'production' },
      },
    })
    const error = await dial(profile).catch((thrown: unknown) => thrown)
    await server.stop()
    expect(error).toMatchObject({ code: 'TLS_ISSUER' })
    expect((error as Error).message).toMatch(/issued by "e\\x1b\[2J\\x9b31m.*\\u\{202e}/)
    expectPrintable((error as Error).message)
  })

  test('subject, issuer and alternative names → escaped in the facts', async () => {
    const evil = await createAuthority({ name })
    const rawNames = [{ type: 'dns', raw: Buffer.from(name) }] as const
    const { der } = await evil.issue({ usage: 'server', commonName: name, rawNames })
    const facts = inspectCertificate({ raw: der })
    expect(facts?.subject).toContain('CN=e\\x1b[2J')
    expectPrintable(facts)
  })
})

describe('printable: values of settings and variables', () => {
  test.each([
    { PGSSLMODE: EVIL },
    { PGPORT: EVIL },
    { PGHOSTADDR: EVIL },
    { PGSSLROOTCERT: EVIL },
    { PGSSLCERT: EVIL, PGSSLKEY: '/key' },
    { PGSSLCRLDIR: EVIL },
    { PGSERVICE: EVIL },
    { PGSERVICE: 'x', PGSERVICEFILE: `/${EVIL}` },
    { PGREQUIREAUTH: EVIL },
    { PGCHANNELBINDING: EVIL },
    { PGAPPNAME: EVIL },
    { PGOPTIONS: EVIL },
    { PGUSER: EVIL },
    { PGDATABASE: EVIL },
    { PGGSSENCMODE: EVIL },
    { DB_PASSWORD_FILE: `/${EVIL}` },
    { DB_SSL: EVIL },
    { DB_POOL_MAX: EVIL },
    { SECRETS_BACKEND: EVIL },
    { SECRETS_BACKEND: 'vault', VAULT_ADDR: `${EVIL}://x`, VAULT_PATH: EVIL, VAULT_TOKEN: 'x' },
    { SECRETS_BACKEND: 'rds-iam', DB_IAM_HOST: EVIL },
    { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'x', DB_SECRET_KEYS: EVIL },
    { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'x', SECRETS_CACHE_TTL: EVIL },
    { VERIFULL_POLICY: EVIL },
    { HOME: `/${EVIL}` },
    { DB_HOST: 'a', DB_NAME: EVIL, DATABASE_URL: `postgres://u@h/${encodeURIComponent(EVIL)}` },
  ])('%j → escaped in what is explained', (variables) => {
    const environment = { NODE_ENV: 'production', PGUSER: 'app', ...variables } as Record<string, string>
    expectPrintable(explain({ settings: { environment } }))
  })
})
