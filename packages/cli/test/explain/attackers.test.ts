import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explain } from '@verifull/core/adapter'
import { createAuthority } from '@verifull/test-harness/fixtures'
import { afterAll, expect, test } from 'vitest'
import { ATTACKERS, type Attacker, attackersOf } from '../../src/explain/attackers.ts'

const folder = mkdtempSync(join(tmpdir(), 'verifull-attackers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const authority = await createAuthority()
const client = await authority.issue({ usage: 'client', commonName: 'app' })

const DEVELOPMENT = { NODE_ENV: 'development', DB_USER: 'app' }
const REMOTE = { ...DEVELOPMENT, DB_HOST: 'db.example' }
const URL = 'postgres://app:a-long-password-1@db.example/orders'

/** Verdicts of these variables, by attacker. */
function judged(environment: Record<string, string>, offersHybrid = false): Record<Attacker['id'], Attacker> {
  const attackers = attackersOf(explain({ settings: { environment } }), {
    variables: Object.keys(environment),
    offersHybrid,
  })
  expect(attackers.map(({ id }) => id)).toEqual(ATTACKERS)
  return Object.fromEntries(attackers.map((one) => [one.id, one])) as Record<Attacker['id'], Attacker>
}

const AWS = { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'orders', AWS_REGION: 'eu-west-1' }

const [Y, P, N] = ['yes', 'partly', 'no'] as const

test.each([
  // variables, and for each attacker in the order of ATTACKERS: stopped?
  ['verify-full, a URL', { ...DEVELOPMENT, DATABASE_URL: `${URL}?sslmode=verify-full` }, [Y, Y, N, P, N, N]],
  ['verify-full, a file', { ...REMOTE, DB_PASSWORD_FILE: 'PASSWORD' }, [Y, Y, Y, Y, N, N]],
  ['verify-full, own CA', { ...REMOTE, DB_SSL_CA: 'CA' }, [Y, Y, Y, Y, P, N]],
  ['verify-full, channel binding', { ...REMOTE, PGCHANNELBINDING: 'require' }, [Y, Y, Y, Y, Y, N]],
  ['verify-ca, own CA', { ...REMOTE, PGSSLMODE: 'verify-ca', DB_SSL_CA: 'CA' }, [Y, P, Y, Y, P, N]],
  ['require', { ...REMOTE, PGSSLMODE: 'require' }, [Y, N, Y, Y, N, N]],
  ['require, channel binding', { ...REMOTE, PGSSLMODE: 'require', PGCHANNELBINDING: 'require' }, [Y, P, Y, Y, Y, N]],
  ['prefer', { ...REMOTE, PGSSLMODE: 'prefer' }, [N, N, Y, Y, N, N]],
  ['disable', { ...REMOTE, PGSSLMODE: 'disable' }, [N, N, Y, Y, N, N]],
  ['this machine', { ...DEVELOPMENT, DB_HOST: 'localhost' }, [P, P, Y, Y, P, P]],
  ['a tunnel to another', { ...REMOTE, PGHOSTADDR: '127.0.0.1', PGSSLMODE: 'disable' }, [N, N, Y, Y, N, N]],
  ['a Unix socket', { ...DEVELOPMENT, DB_HOST: '/run/postgresql' }, [Y, Y, Y, Y, Y, Y]],
  ['Vault with its token', { ...REMOTE, ...vault({ VAULT_TOKEN: 't' }) }, [Y, Y, N, Y, N, N]],
  ['Vault with a token file', { ...REMOTE, ...vault({ VAULT_TOKEN_FILE: 'PASSWORD' }) }, [Y, Y, Y, Y, N, N]],
  [
    'Vault beside a key of AWS',
    { ...REMOTE, ...vault({ VAULT_TOKEN_FILE: 'PASSWORD', AWS_SECRET_ACCESS_KEY: 'k' }) },
    [Y, Y, Y, Y, N, N],
  ],
  ['AWS with its key', { ...REMOTE, ...AWS, AWS_SECRET_ACCESS_KEY: 'k' }, [Y, Y, N, Y, N, N]],
  ['AWS with a role', { ...REMOTE, ...AWS }, [Y, Y, Y, Y, N, N]],
  ['a private key in a variable', { ...REMOTE, DB_SSL_CERT: 'CERT', DB_SSL_KEY: 'KEY' }, [Y, Y, N, Y, N, N]],
  ['a private key in a file', { ...REMOTE, DB_SSL_CERT: 'CERT', DB_SSL_KEY: 'KEY FILE' }, [Y, Y, Y, Y, N, N]],
] as const)('attackers: %s → each is stopped or not', (_, variables, expected) => {
  const filled = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filledIn(value)]))
  const verdicts = judged(filled)
  expect(ATTACKERS.map((id) => [id, verdicts[id].stopped])).toEqual(ATTACKERS.map((id, index) => [id, expected[index]]))
})

test('attackers: a replica without TLS → it is the server that is named', () => {
  const { listener } = judged({ ...REMOTE, DATABASE_REPLICA_URL: 'postgres://r.example/orders?sslmode=disable' })
  expect(listener).toMatchObject({ stopped: 'no', server: 'replica 1' })
})

test('attackers: a Node with a hybrid key exchange → a recorder is stopped where the server has it', () => {
  expect(judged(REMOTE, true).recorder.stopped).toBe('partly')
  expect(judged({ ...REMOTE, PGSSLMODE: 'disable' }, true).recorder.stopped).toBe('no')
})

function vault(variables: Record<string, string>) {
  return { SECRETS_BACKEND: 'vault', VAULT_ADDR: 'https://vault.example', VAULT_PATH: 'secret/data/db', ...variables }
}

function filledIn(value: string): string {
  switch (value) {
    case 'PASSWORD':
      writeFileSync(join(folder, 'password'), 'a-long-password-1', { mode: 0o600 })
      return join(folder, 'password')
    case 'CA':
      return authority.certificate
    case 'CERT':
      return client.certificate
    case 'KEY':
      return client.key
    case 'KEY FILE':
      writeFileSync(join(folder, 'key'), client.key, { mode: 0o600 })
      return join(folder, 'key')
    default:
      return value
  }
}
