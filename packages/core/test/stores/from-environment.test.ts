import { describe, expect, test } from 'vitest'
import { explain } from '../../src/profile/explain.ts'
import { STORES } from '../../src/stores/from-environment.ts'
import { Folder } from '../tls/fixture.ts'

const folder = new Folder()
const file = folder.write('password', 'one')
const HOST = 'orders.abc123.eu-west-1.rds.amazonaws.com'

/** Problems of these variables beside a host and a user. */
function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const { problems } = explain({ settings: { environment: { DB_HOST: HOST, DB_USER: 'app', ...environment } } })
  return problems.map(({ message }) => message)
}

const VALID: readonly [string, Record<string, string>][] = [
  ['env', { DB_PASSWORD: 'a good one' }],
  ['file', { DB_PASSWORD_FILE: file }],
  ['file', { FILE__DB_PASS: file }],
  ['aws-secrets-manager', { DB_SECRET_ID: 'rds!db-5a1e', AWS_REGION: 'eu-west-1' }],
  ['aws-secrets-manager', { DB_SECRET_ID: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf' }],
  ['aws-parameter-store', { DB_SECRET_ID: '/orders/password:stable', DB_SECRET_KEYS: 'password = pass , user=login' }],
  ['rds-iam', {}],
  ['rds-iam', { DB_IAM_HOST: HOST }],
  ['rds-iam', { DB_IAM_HOST: `${HOST}:6432` }],
  ['vault', { VAULT_ADDR: 'https://vault.example', VAULT_TOKEN: 't', VAULT_PATH: 'secret/orders' }],
  ['vault-database', { VAULT_ADDR: 'https://vault.example', VAULT_TOKEN: 't', VAULT_DB_ROLE: 'orders' }],
]

describe('SECRETS_BACKEND: valid', () => {
  test('stores: every one → has a case', () => {
    expect([...new Set(VALID.map(([id]) => id))].sort()).toEqual(STORES.map(({ id }) => id).sort())
  })

  test.each(VALID)('%s with %o', (backend, variables) => {
    const environment = { DB_HOST: HOST, DB_USER: 'app', SECRETS_BACKEND: backend, ...variables }
    const { accepted, problems, settings } = explain({ settings: { environment } })
    expect({ accepted, problems }).toEqual({ accepted: true, problems: [] })
    const source = settings.find(({ parameter }) => parameter === 'password')?.source
    const own = backend === 'env' || backend === 'file'
    expect(source).toBe(own ? Object.keys(variables)[0] : `SECRETS_BACKEND=${backend}`)
  })
})

describe('SECRETS_BACKEND: refused if', () => {
  const VAULT = { VAULT_ADDR: 'https://vault.example', VAULT_TOKEN: 't' }
  test.each<[string, Record<string, string>, string]>([
    [
      'it is misspelt',
      { SECRETS_BACKEND: 'aws_secrets_manger' },
      'invalid SECRETS_BACKEND value "aws_secrets_manger"; did you mean aws-secrets-manager?',
    ],
    [
      'it is something else',
      { SECRETS_BACKEND: 'gcp' },
      `invalid SECRETS_BACKEND value "gcp"; it is one of ${STORES.map(({ id }) => id).join(', ')}`,
    ],
    [
      'it is the name of something that every object has',
      { SECRETS_BACKEND: 'constructor' },
      `invalid SECRETS_BACKEND value "constructor"; it is one of ${STORES.map(({ id }) => id).join(', ')}`,
    ],
    [
      'no file is named',
      { SECRETS_BACKEND: 'file' },
      'SECRETS_BACKEND=file needs DB_PASSWORD_FILE; set it to the path of the file that holds the password',
    ],
    [
      'the password is no file',
      { SECRETS_BACKEND: 'file', DB_PASSWORD: 'a good one' },
      'SECRETS_BACKEND=file needs DB_PASSWORD_FILE; set it to the path of the file that holds the password',
    ],
    ...(['aws-secrets-manager', 'aws-parameter-store'] as const).map(
      (backend): [string, Record<string, string>, string] => [
        `no secret is named (${backend})`,
        { SECRETS_BACKEND: backend },
        `SECRETS_BACKEND=${backend} needs DB_SECRET_ID; set it to the name of the secret`,
      ],
    ),
    [
      'the secret itself stands in the place of its name',
      { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: '{"password":"one"}' },
      'DB_SECRET_ID is not the name of a secret; give its name or its ARN, never its content',
    ],
    [
      'keys are named that a secret does not have',
      { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'orders', DB_SECRET_KEYS: 'passwrd=pass' },
      'invalid entry "passwrd=pass" in DB_SECRET_KEYS; did you mean password?',
    ],
    [
      'keys are written in another way',
      { SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'orders', DB_SECRET_KEYS: 'password' },
      'invalid entry "password" in DB_SECRET_KEYS; write user=login,password=pass, of user, password, host, port, database',
    ],
    [
      'the endpoint to sign for is none of RDS',
      { SECRETS_BACKEND: 'rds-iam', DB_IAM_HOST: 'db.example' },
      'DB_IAM_HOST="db.example" is no endpoint of RDS; write it as orders.abc123.eu-west-1.rds.amazonaws.com, or with :port',
    ],
    [
      'no path is named',
      { SECRETS_BACKEND: 'vault', ...VAULT },
      'SECRETS_BACKEND=vault needs VAULT_PATH; set it to the path of the secret',
    ],
    [
      'no role is named',
      { SECRETS_BACKEND: 'vault-database', ...VAULT },
      'SECRETS_BACKEND=vault-database needs VAULT_DB_ROLE; set it to the name of the role',
    ],
    [
      'a password is configured beside it',
      { SECRETS_BACKEND: 'rds-iam', DB_PASSWORD: 'a good one' },
      'a password (from DB_PASSWORD) contradicts a credentials provider (from SECRETS_BACKEND=rds-iam); remove one',
    ],
    [
      'a password file is configured beside it',
      { SECRETS_BACKEND: 'rds-iam', DB_PASSWORD_FILE: file },
      'a password file (from DB_PASSWORD_FILE) contradicts a credentials provider (from SECRETS_BACKEND=rds-iam); remove one',
    ],
    [
      'a URL has a password',
      { SECRETS_BACKEND: 'rds-iam', DATABASE_URL: `postgresql://app:secret@${HOST}/app` },
      'a password (from DATABASE_URL) contradicts a credentials provider (from SECRETS_BACKEND=rds-iam); remove one',
    ],
  ])('%s', (_, variables, message) => {
    expect(problemsOf(variables)).toEqual([message])
  })
  test('it names nothing, and only that: the user may well come from there', () => {
    const environment = { DB_HOST: HOST, SECRETS_BACKEND: 'aws-secrets-manager' }
    const { problems } = explain({ settings: { environment } })
    expect(problems.map(({ parameter }) => parameter)).toEqual(['DB_SECRET_ID'])
  })
})
