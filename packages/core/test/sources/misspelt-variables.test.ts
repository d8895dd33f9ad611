import { describe, expect, test } from 'vitest'
import { explain } from '../../src/index.ts'
import { misspeltVariables } from '../../src/sources/misspelt-variables.ts'
import { READ_VARIABLES } from '../../src/sources/read-variables.ts'

const said = (variables: Record<string, string>) => misspeltVariables(variables).map(({ message }) => message)

describe('misspeltVariables: a near miss → the variable that is meant, and never the value', () => {
  test.each([
    ['DB_SSLMODE', 'DB_SSL_MODE'],
    ['DB_SSLCA', 'DB_SSL_CA'],
    ['DB_SSL_ROOT_CERT', 'DB_SSL_CA'],
    ['DB_SSLROOTCERT', 'DB_SSL_CA'],
    ['DB_PASWORD', 'DB_PASSWORD'],
    ['DB_PASSWROD', 'DB_PASSWORD'],
    ['DB_PASWORD_FILE', 'DB_PASSWORD'],
    ['db_password', 'DB_PASSWORD'],
    ['DB_HOSTNAME', 'DB_HOST'],
    ['DB_PWD', 'DB_PASSWORD'],
    ['SECRET_BACKEND', 'SECRETS_BACKEND'],
    ['SECRETS_BACKEN', 'SECRETS_BACKEND'],
    ['PGSSLROOT', 'PGSSLROOTCERT'],
    ['PG_SSLMODE', 'PGSSLMODE'],
    ['PGSSL_MODE', 'PGSSLMODE'],
    ['VERIFUL_POLICY', 'VERIFULL_POLICY'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['DB_SSL_REJECT_UNAUTHORISED', 'DB_SSL_REJECT_UNAUTHORIZED'],
  ])('%s → %s', (name, meant) => {
    expect(said({ [name]: 'kahGh2-eiYo9' })).toEqual([
      `the variable "${name}" is not read (rule variable-name); did you mean ${meant}?`,
    ])
  })

  test.each([
    ['PGPASSWORD_FILE', 'use DB_PASSWORD_FILE'],
    ['FILE__PGHOST', 'use DB_HOST_FILE'],
    ['PGSSLROOTCERT_FILE', 'set PGSSLROOTCERT itself, which has no spelling for a file'],
    ['DB_SSL_FILE', 'set DB_SSL itself, which has no spelling for a file'],
    ['DB_POOL_MAX__FILE', 'set DB_POOL_MAX itself, which has no spelling for a file'],
    ['SECRETS_BACKEND_FILE', 'set SECRETS_BACKEND itself, which has no spelling for a file'],
  ])('%s, a spelling for a file that is not read → %s', (name, fix) => {
    expect(said({ [name]: '/run/secrets/value' })).toEqual([
      `the variable "${name}" is not read (rule variable-name); ${fix}`,
    ])
  })

  test.each(READ_VARIABLES)('%s_FILE → read, or told', (name) => {
    const { problems, settings } = explain({ settings: { environment: { [`${name}_FILE`]: '/nonexistent/file' } } })
    const isRead = [...problems, ...settings].some((one) => JSON.stringify(one).includes(`${name}_FILE`))
    expect(said({ [`${name}_FILE`]: '/nonexistent/file' })).toHaveLength(isRead ? 0 : 1)
  })

  test.each([
    'DB_LOGGING',
    'DB_TYPE',
    'DB_DIALECT',
    'DB_SCHEMA',
    'DB_SYNC',
    'DB_SYNCHRONIZE',
    'DB_HOSTS',
    'DB_HOST_2',
    'DB_HOST2',
    'DB_TEST_HOST',
    'DB_POOL_SIZE',
    'DB_POOL',
    'DB_POST',
    'DB_CONNECTION',
    'DB_CHARSET',
    'DB_ROOT_PASSWORD',
    'DATABASE_TYPE',
    'DATABASE_SSL',
    'PGDATA',
    'PGTZ',
    'PGSERVICEFILE',
    'PGADMIN_DEFAULT_EMAIL',
    'SECRET_KEY_BASE',
    'SECRETS_PATH',
    'POSTGRES_PASSWORD',
    'PATH',
  ])('%s, which is the application’s or another program’s → nothing', (name) => {
    expect(said({ [name]: 'x' })).toEqual([])
  })

  test.each([
    [{ DB_SSLMODE: 'x', DB_SSL_MODE: 'verify-full' }],
    [{ DB_PASWORD: 'x', DB_PASSWORD_FILE: '/run/secrets/password' }],
    [{ DB_SSLMODE: '' }],
    [{ DB_PASSWORD__FILE: 'x', FILE__DB_USER: 'x' }],
  ])('%j, where the right one is set or the other is empty → nothing', (variables) => {
    expect(said(variables as Record<string, string>)).toEqual([])
  })

  test('explain(): a near miss → a finding that warns, and the application starts', () => {
    const environment = { DB_SSLMODE: 'disable', NODE_ENV: 'production' }
    const { accepted, findings } = explain({ settings: { host: 'db.example', user: 'app', environment } })
    expect(accepted).toBe(true)
    expect(findings).toMatchObject([{ rule: 'variable-name', severity: 'warn' }])
  })

  test('NODE_EXTRA_CA_CERTS → a note that it does not count, unless sslrootcert is set', () => {
    const environment = { NODE_EXTRA_CA_CERTS: '/ca.pem', NODE_ENV: 'production' }
    const findings = (sslrootcert?: string) =>
      explain({ settings: { host: 'db.example', user: 'app', environment, ...(sslrootcert && { sslrootcert }) } })
        .findings
    expect(findings()).toEqual([
      {
        rule: 'node-extra-ca-certs',
        severity: 'note',
        what: 'NODE_EXTRA_CA_CERTS does not count for databases',
        fix: 'where it has the CA of the server, set DB_SSL_CA to the file as well',
        message:
          'NODE_EXTRA_CA_CERTS does not count for databases (rule node-extra-ca-certs); where it has the CA of the server, set DB_SSL_CA to the file as well',
      },
    ])
    expect(findings('system')).toEqual([])
  })
})
