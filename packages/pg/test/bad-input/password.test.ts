import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { blackHole, temporaryFolder } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { runScript } from '../child.ts'
import { objection, type Refused } from './written.ts'

const listener = await blackHole()
const folder = temporaryFolder()
afterAll(async () => {
  await listener.stop()
  await folder.remove()
})

const options = { host: 'localhost', port: listener.port, user: 'app', database: 'orders' }
const secret = join(folder.path, 'password')
writeFileSync(secret, 'kahGh2-eiYo9\n', { mode: 0o600 })
const open = join(folder.path, 'open')
writeFileSync(open, 'kahGh2-eiYo9')
chmodSync(open, 0o644)

const DEFAULT = 'is refused by policy production (rule password-well-known); set a random one of 24 characters or more'

const REFUSED: readonly Refused[] = [
  [
    'nobody says who logs in',
    { options: { ...options, user: undefined, password: 'kahGh2-eiYo9' } },
    'no user is configured; set user, DB_USER or PGUSER',
  ],
  ...['postgres', 'Password', 'changeme', 'app', 'ORDERS'].map(
    (password): Refused => [
      `the default password ${password}`,
      { options: { ...options, password } },
      `a well-known default password (from option password) ${DEFAULT}`,
    ],
  ),
  [
    'a default password in a URL',
    { environment: { DATABASE_URL: `postgres://app:postgres@localhost:${listener.port}/orders` } },
    `a well-known default password (from DATABASE_URL) ${DEFAULT}`,
  ],
  [
    'a password in a variable, under the strict policy',
    { options, settings: { policy: 'strict' }, environment: { DB_PASSWORD: 'kahGh2-eiYo9' } },
    'a password in plain sight (from DB_PASSWORD) is refused by policy strict (rule password-in-plain-sight); use DB_PASSWORD_FILE, a passfile or a secret store',
  ],
  [
    'a password file that is not there',
    { options, environment: { DB_PASSWORD_FILE: '/nowhere/password' } },
    'the file "/nowhere/password" (from DB_PASSWORD_FILE) does not exist; correct the path, or put the file there',
  ],
  [
    'a password file that others can read',
    { options, environment: { DB_PASSWORD_FILE: open } },
    `the file "${open}" (from DB_PASSWORD_FILE) can be read by others; chmod 600 it (640 where root owns it), or set mode 0400 on the mounted secret (defaultMode in Kubernetes)`,
  ],
  [
    'a password that is an object',
    { options: { ...options, password: { value: 'kahGh2-eiYo9' } } },
    'option password must be a string, not an object',
  ],
  [
    'a provider that is the secret itself',
    { options, settings: { secrets: { password: 'kahGh2-eiYo9' } } },
    'settings.secrets must be a function that gives credentials, not an object',
  ],
  [
    'a secret store of which only the name is told',
    { options, environment: { SECRETS_BACKEND: 'vault' } },
    'SECRETS_BACKEND=vault needs VAULT_PATH; set it to the path of the secret',
  ],
]

describe('a login that cannot be used fails before the network', () => {
  test.each(REFUSED)('%s', (_what, written, message) => {
    expect(objection(written)).toBe(message)
  })

  test.each<[string, object, Record<string, string>]>([
    ['a random password', { password: 'kahGh2-eiYo9' }, {}],
    ['a password file', {}, { DB_PASSWORD_FILE: secret, VERIFULL_POLICY: 'strict' }],
    ['a password function', { password: async () => 'kahGh2-eiYo9' }, { VERIFULL_POLICY: 'strict' }],
    ['a default password in development', { password: 'postgres' }, { NODE_ENV: 'development' }],
  ])('%s starts', (_what, password, environment) => {
    expect(objection({ options: { ...options, ...password }, environment })).toBe('the application starts')
  })

  test('nothing of this reached the network', () => {
    expect(listener.accepted).toBe(0)
  })
})

describe('a password from a .env file', () => {
  const env = 'DB_HOST=localhost\nDB_USER=app\nDB_PASSWORD=kahGh2-eiYo9\nORDERS_PASS=kahGh2-eiYo9\n'
  const started = (environment: Record<string, string>, options = '') =>
    runScript(`secureConfig(${options}); console.log('the application starts')`, {
      environment,
      folder: folder.path,
      flags: ['--env-file=.env'],
    })

  test('is refused in production, where Node’s --env-file put it into the environment', async () => {
    writeFileSync(join(folder.path, '.env'), env, { mode: 0o600 })
    const { code, output } = await started({ NODE_ENV: 'production' })
    expect(output).toContain(
      'PolicyError [POLICY]: the password (from DB_PASSWORD), which is in the file .env, is refused by policy production (rule password-dotenv); use DB_PASSWORD_FILE or a secret store\n',
    )
    expect(output).not.toContain('kahGh2')
    expect(code).toBe(1)
  })

  test('is refused as an option too, which the application takes from the environment', async () => {
    const { output } = await started(
      { NODE_ENV: 'production', DB_PASSWORD: '' },
      '{ password: process.env.ORDERS_PASS }',
    )
    expect(output).toContain(
      'PolicyError [POLICY]: the password (from option password), which is in the file .env, is refused by policy production (rule password-dotenv); use DB_PASSWORD_FILE or a secret store\n',
    )
  })

  test.each([['--env-file=elsewhere.env'], ['--env-file', 'elsewhere.env']])(
    'is refused where it is called otherwise: %s %s',
    async (...flags) => {
      writeFileSync(join(folder.path, 'elsewhere.env'), env, { mode: 0o600 })
      const { code, output } = await runScript('secureConfig()', {
        environment: { NODE_ENV: 'production' },
        folder: folder.path,
        flags,
      })
      expect(output).toContain(
        'PolicyError [POLICY]: the password (from DB_PASSWORD), which is in the file elsewhere.env, is refused',
      )
      expect(code).toBe(1)
    },
  )

  test('is fine in development', async () => {
    expect(await started({ NODE_ENV: 'development' })).toMatchObject({ code: 0, output: 'the application starts\n' })
  })

  test('is told from one that the environment has of its own', async () => {
    const { code, output } = await started({
      NODE_ENV: 'production',
      DB_PASSWORD: 'another-eiYo9',
      VERIFULL_WARNINGS: 'on',
    })
    expect([code, output]).toEqual([0, expect.stringMatching(/^the application starts\n/)])
    expect(output).toContain('[VERIFULL_POLICY] VerifullWarning: a password in plain sight (from DB_PASSWORD)')
  })
})
