import { type Issued, type PostgresServer, pgbouncerHere, startPgbouncer, startPostgres } from '@verifull/test-harness'
import { createHierarchy, daysAway } from '@verifull/test-harness/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checked, strictSettings } from './checked.ts'

const { root, servers } = await createHierarchy()
const tlsOf = ({ chain, key }: Issued) => ({
  certificate: chain,
  key,
  clientCa: root.certificate,
})

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ tls: tlsOf(servers.good) })
})
afterAll(() => server.stop())

type Login = 'scram_user' | 'md5_user' | 'password_user' | 'trust_user'
const settings = (user: Login) => ({
  ...strictSettings(server, root.certificate),
  user,
  ...(user !== 'trust_user' && { password: server.password(user) }),
})
const LOGIN_RULES = ['login-without-proof', 'login-md5', 'login-cleartext', 'channel-unbound', 'login-warning']
const onLogin = (rules: readonly string[]) => rules.filter((rule) => LOGIN_RULES.includes(rule))

describe('login', () => {
  test.each([
    ['scram_user', []],
    ['md5_user', ['login-md5']],
    ['password_user', ['login-cleartext']],
    ['trust_user', ['login-without-proof']],
  ] as const)('%s → %j', async (user, rules) => {
    expect(onLogin((await checked(settings(user))).rules)).toEqual(rules)
  })

  test('a client certificate in place of a password → no finding', async () => {
    const client = await root.issue({ usage: 'client', commonName: 'cert_user' })
    const { rules, facts } = await checked({
      ...strictSettings(server, root.certificate),
      user: 'cert_user',
      sslcert: client.chain,
      sslkey: client.key,
    })
    expect(onLogin(rules)).toEqual([])
    expect(facts.session.tls?.clientCertificate).toBe(true)
    expect(facts.server?.clientCertificate).toBeDefined()
  })

  test('no channel binding → found', async () => {
    const { rules } = await checked({ ...settings('scram_user'), channel_binding: 'disable' })
    expect(onLogin(rules)).toEqual(['channel-unbound'])
  })

  test('a warning of the server at the login → found, with its words; a notice → not', async () => {
    const trigger = (level: string) => `
      create or replace function at_login() returns event_trigger language plpgsql as
        $$ begin raise ${level} 'your password expires \x1b[31msoon' using hint = 'ask for another one'; end $$`
    await server.sql(trigger('warning'), 'app')
    await server.sql('create event trigger at_login on login execute function at_login()', 'app')
    await server.sql('alter event trigger at_login enable always', 'app')
    const { findings, facts } = await checked(settings('scram_user'))
    expect(facts.session.notices).toMatchObject([{ code: '01000', hint: 'ask for another one' }])
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'login-warning',
        what: `a warning of localhost:${server.port} at the login: your password expires \\x1b[31msoon`,
        fix: 'ask for another one',
      }),
    )
    await server.sql(trigger('notice'), 'app')
    expect(onLogin((await checked(settings('scram_user'))).rules)).toEqual([])
    await server.sql('drop event trigger at_login', 'app')
  })
})

describe('TLS', () => {
  test('TLS 1.2 with a cipher without AEAD → found; TLS 1.3 → not', async () => {
    const { rules } = await checked(settings('scram_user'))
    expect(rules).not.toContain('tls-cipher-weak')
    await server.sql("alter system set ssl_max_protocol_version = 'TLSv1.2'")
    await server.sql("alter system set ssl_ciphers = 'ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA'")
    await server.reload()
    const weak = await checked(settings('scram_user'))
    expect(weak.rules).toContain('tls-cipher-weak')
    expect(weak.facts.session.tls).toMatchObject({ protocol: 'TLSv1.2', cipher: expect.stringMatching(/AES256-SHA$/) })
    await server.sql('alter system reset all')
    await server.reload()
  })

  test('key exchange → classical or hybrid, and a finding for the former', async () => {
    const { facts, rules } = await checked(settings('scram_user'))
    const { group, keyExchange } = facts.session.tls ?? {}
    expect(keyExchange).toBe(group === undefined ? undefined : /MLKEM/.test(group) ? 'hybrid' : 'classical')
    expect(rules.includes('key-exchange-classical')).toBe(keyExchange === 'classical')
  })

  test('a certificate of 90 days that expires in ten → found; one of ten days that is new → not', async () => {
    await server.setTls(tlsOf(servers.expiringSoon))
    expect((await checked(settings('scram_user'))).rules).not.toContain('certificate-expiring')
    const names = { usage: 'server', commonName: 'db.test', dnsNames: ['localhost'] } as const
    await server.setTls(tlsOf(await root.issue({ ...names, notBefore: daysAway(-80), notAfter: daysAway(10) })))
    const { findings } = await checked(settings('scram_user'))
    const found = findings.find(({ rule }) => rule === 'certificate-expiring')
    expect(found?.what).toMatch(/^server's certificate ".*CN=db\.test" \(expires in (9|10) days, on /)
    await server.setTls(tlsOf(servers.good))
  })
})

describe('path', () => {
  test('the server itself on this machine → no pooler, and not public', async () => {
    const { facts, rules } = await checked(settings('scram_user'))
    expect(facts.endpoint).toMatchObject({ network: 'this machine', plaintextBehind: false })
    expect(facts.endpoint).not.toHaveProperty('pooler')
    expect(rules).not.toContain('pooler-in-path')
  })

  test.runIf(pgbouncerHere())(
    'PgBouncer in transaction pooling → seen, and all facts; plaintext behind it → refused',
    async () => {
      const users = { scram_user: server.password('scram_user') }
      const pooler = await startPgbouncer({
        server,
        tls: { certificate: servers.good.chain, key: servers.good.key },
        users,
        settings: { pool_mode: 'transaction', server_tls_sslmode: 'require' },
      })
      const through = { ...settings('scram_user'), port: pooler.port }
      const { facts, rules, notChecked } = await checked(through, 10_000)
      expect(notChecked).toEqual([])
      expect(rules).toContain('pooler-in-path')
      expect(rules).not.toContain('plaintext-behind-proxy')
      expect(rules).not.toContain('pool-too-large')
      expect(facts.endpoint.pooler).toBe('a pooler or proxy')
      expect(facts.server).toMatchObject({ user: 'scram_user', encrypted: true, version: server.version })
      await pooler.stop()
      const plain = await startPgbouncer({
        server,
        tls: { certificate: servers.good.chain, key: servers.good.key },
        users,
        settings: { pool_mode: 'transaction', server_tls_sslmode: 'disable' },
      })
      const { refusal } = await checked({ ...through, port: plain.port })
      expect(refusal?.findings.map(({ rule }) => rule)).toContain('plaintext-behind-proxy')
      await plain.stop()
    },
  )
})

describe('a server that answers no query', () => {
  test('its facts are not checked, with the reason; session and endpoint are', async () => {
    await server.sql('revoke execute on function pg_catalog.version() from public', 'app')
    const { facts, rules, notChecked } = await checked(settings('md5_user'))
    expect(notChecked).toMatchObject([{ facts: 'server', error: { name: 'ServerError', code: '42501' } }])
    expect(facts.server).toBeUndefined()
    expect(rules).toContain('login-md5')
    expect(rules).not.toContain('server-outdated')
    await server.sql('grant execute on function pg_catalog.version() to public', 'app')
    expect((await checked(settings('md5_user'))).notChecked).toEqual([])
  })
})
