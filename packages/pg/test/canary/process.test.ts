import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startDatabase } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { type Ended, runScript } from '../child.ts'
import { CANARY, canaryIn } from './canary.ts'

const database = await startDatabase()
const { server, hierarchy, ca, folder } = database
await server.sql(`alter role scram_user password '${CANARY}'`)
afterAll(() => database.stop())

const VARIABLES = {
  NODE_ENV: 'production',
  DATABASE_URL: `postgres://scram_user:${encodeURIComponent(CANARY)}@localhost:${server.port}/app`,
  DB_SSL_CA: ca,
}
const FLAGS = ['--trace-uncaught', '--trace-warnings', '--unhandled-rejections=strict', '--stack-trace-limit=50']

function crashed(body: string, environment: Record<string, string> = {}): Promise<Ended> {
  return runScript(body, { environment: { ...VARIABLES, ...environment }, flags: FLAGS, folder })
}

/** Ends of a process with an unhandled error, and the words that prove that it came so far. */
const CRASHES: Readonly<Record<string, [body: string, environment: Record<string, string>, said: string]>> = {
  'settings that are wrong': [
    'secureConfig()',
    { PGSSLMODE: 'verify_full' },
    'ConfigurationError [CONFIGURATION]: invalid sslmode value',
  ],
  'a URL that cannot be parsed': [
    'secureConfig()',
    { DATABASE_URL: `postgres://app:${CANARY}@localhost/app` },
    'cannot be parsed at character',
  ],
  'what the policy refuses': [
    'secureConfig()',
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    'PolicyError [POLICY]: NODE_TLS_REJECT_UNAUTHORIZED=0',
  ],
  'a promise nobody handles': [
    'new pg.Pool(secureConfig()).query("select 1")',
    { DB_SSL_CA: hierarchy.otherRoot.certificate },
    'TlsError: certificate of localhost',
  ],
  'a refused password': [
    'new pg.Pool(secureConfig({ user: "hostssl_user" })).query("select 1")',
    { DATABASE_URL: '', DB_HOST: 'localhost', DB_PORT: `${server.port}`, DB_PASSWORD: CANARY },
    'password authentication failed for user "hostssl_user"',
  ],
  'a provider that throws the secret': [
    `const secrets = () => { throw new Error(${JSON.stringify('no ')} + process.env.CANARY) }
     new pg.Pool(secureConfig({ host: 'localhost', port: ${server.port}, user: 'scram_user' }, { secrets })).query('select 1')`,
    { DATABASE_URL: '', CANARY },
    'CredentialsError: settings.secrets failed to give credentials (Error)',
  ],
  'an error that a listener throws again': [
    `const pool = new pg.Pool(secureConfig({ max: 1, min: 0 }))
     pool.query('select 1')
     pool.on('error', (error) => { throw error })
     pool.on('connect', (client) => setTimeout(() => client.connection.stream.destroy(new Error('gone')), 300))`,
    {},
    'Error: gone',
  ],
  'everything printed': [
    `const config = secureConfig({ max: 1, min: 0 })
     const pool = new pg.Pool(config)
     const { profile } = resolveProfile()
     pool.connect().then(async (client) => {
       console.dir({ config, pool, client, profile, attestation: attestationOf(client), explanation: explain() }, { depth: null, showHidden: true })
       console.log('%o %j', config, explain())
       console.error(await verifyConnection(profile))
       console.trace(pool)
       process.emitWarning('about to end')
       client.release()
       await pool.end()
       console.log('the end')
     })`,
    {},
    'the end',
  ],
}

describe('stdout and stderr of a process do not show the canary', () => {
  test.each(Object.entries(CRASHES))('%s', async (_how, [body, environment, said]) => {
    const { output } = await crashed(body, environment)
    expect(output).toContain(said)
    expect(canaryIn(output)).toEqual([])
  })

  test('a plain pg that prints its pool does, so that the search is known to work', async () => {
    const { output } = await crashed('console.log(new pg.Pool({ connectionString: process.env.DATABASE_URL }))')
    expect(canaryIn(output)).toContain('percent-encoded')
  })

  test('a warning about a password file that others can read', async () => {
    const passfile = join(folder, 'open-passfile')
    await writeFile(passfile, `*:*:*:*:${CANARY}\n`, { mode: 0o644 })
    const { output, code } = await crashed(
      `verifyConnection(resolveProfile().profile).catch((error) => { console.error(error); process.exitCode = 3 })`,
      {
        DATABASE_URL: `postgres://scram_user@localhost:${server.port}/app`,
        PGPASSFILE: passfile,
        VERIFULL_WARNINGS: 'on',
      },
    )
    expect(output).toContain(
      `[VERIFULL_PASSFILE] VerifullWarning: password file "${passfile}" is not used: it has group or world access`,
    )
    expect(output).toContain('CREDENTIALS_MISSING')
    expect(canaryIn(output)).toEqual([])
    expect(code).toBe(3)
    await rm(passfile)
  })
})
