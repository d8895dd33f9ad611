import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withVariables } from '@verifull/test-harness/fixtures'
import { describe, expect, onTestFinished, test } from 'vitest'
import { PolicyError } from '../../src/errors/policy-error.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { passwordFacts } from '../../src/profile/password-facts.ts'
import { resolve } from '../../src/profile/resolve.ts'
import { resolveProfile } from '../../src/profile/resolve-profile.ts'
import { collect, temporaryFile } from '../sources/reading.ts'
import { loginAt } from './doors.ts'

function factsOf(settings: Settings, workingDirectory?: string) {
  const variables = settings.environment ?? {}
  return passwordFacts(collect({ settings }), { variables, ...(workingDirectory && { workingDirectory }) })
}

/** A working directory with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'verifull-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

describe('password facts: place', () => {
  test.each<[string, Settings, source: string | undefined]>([
    ['nowhere', {}, undefined],
    ['a setting', { password: 'kahGh2' }, 'settings.password'],
    ['a URL', { url: 'postgres://app:kahGh2@h/d' }, 'settings.url'],
    ['a variable', { environment: { DB_PASSWORD: 'kahGh2' } }, 'DB_PASSWORD'],
    ['libpq’s variable', { environment: { PGPASSWORD: 'kahGh2' } }, 'PGPASSWORD'],
    ['a URL in a variable', { environment: { DATABASE_URL: 'postgres://app:kahGh2@h/d' } }, 'DATABASE_URL'],
  ])('%s → in plain sight', (_where, settings, source) => {
    expect(factsOf(settings)).toEqual(source && { source, inPlainSight: true, wellKnown: false })
  })

  test.each<[string, Settings, source: string]>([
    ['a function', { password: () => 'kahGh2' }, 'settings.password'],
    ['a provider', { secrets: async () => ({ password: 'kahGh2' }) }, 'settings.secrets'],
  ])('%s → out of sight', (_where, settings, source) => {
    expect(factsOf(settings)).toEqual({ source, inPlainSight: false, wellKnown: false })
  })

  test.each([
    ['DB_PASSWORD_FILE', 'kahGh2-eiYo9'],
    ['DATABASE_URL_FILE', 'postgres://app:kahGh2-eiYo9@h/d'],
    ['FILE__DATABASE_URL', 'postgres://app:kahGh2-eiYo9@h/d'],
  ])('the file of %s → out of sight', (source, content) => {
    const environment = { [source]: temporaryFile(content) }
    expect(factsOf({ environment })).toEqual({ source, inPlainSight: false, wellKnown: false })
  })

  test('a service file → out of sight', () => {
    const path = temporaryFile('[app]\npassword=kahGh2-eiYo9\n')
    expect(factsOf({ service: 'app', environment: { PGSERVICEFILE: path } })).toEqual({
      source: `service app in ${path}`,
      inPlainSight: false,
      wellKnown: false,
    })
  })
})

describe('password facts: well-known', () => {
  test.each(['postgres', 'POSTGRES', 'Password', 'changeme', '123456', 'app', 'APP', 'orders'])('%s', (password) => {
    expect(factsOf({ user: 'app', database: 'orders', password })?.wellKnown).toBe(true)
  })

  test.each(['postgres1', 'kahGh2-eiYo9', 'application', ' '])('%j → not well-known', (password) => {
    expect(factsOf({ user: 'app', database: 'orders', password })?.wellKnown).toBe(false)
  })
})

describe('password facts: set in a .env file', () => {
  const environment = { DB_PASSWORD: 'kahGh2-eiYo9' }
  test.each<[file: string, line: string]>([
    ['.env', 'DB_PASSWORD=kahGh2-eiYo9'],
    ['.env', 'DB_USER=app\r\nDB_PASSWORD=kahGh2-eiYo9\r\n'],
    ['.env', 'export DB_PASSWORD="kahGh2-eiYo9" # the real one'],
    ['.env', "  DB_PASSWORD = 'kahGh2-eiYo9'"],
    ['.env.production', 'DB_PASSWORD=kahGh2-eiYo9'],
    ['.env.production.local', 'DB_PASSWORD=kahGh2-eiYo9'],
  ])('%s: %j', (file, line) => {
    expect(factsOf({ environment }, folderWith({ [file]: line }))?.dotenvFile).toBe(file)
  })

  test.each<[file: string, line: string]>([
    ['.env', 'DB_PASSWORD=another'],
    ['.env', '# DB_PASSWORD=kahGh2-eiYo9'],
    ['.env', 'OTHER_DB_PASSWORD=kahGh2-eiYo9'],
    ['.env.example', 'DB_PASSWORD=kahGh2-eiYo9'],
    ['.env.sample', 'DB_PASSWORD=kahGh2-eiYo9'],
    ['env', 'DB_PASSWORD=kahGh2-eiYo9'],
    ['.environment', 'DB_PASSWORD=kahGh2-eiYo9'],
  ])('%s: %j → not in it', (file, line) => {
    expect(factsOf({ environment }, folderWith({ [file]: line }))).toEqual({
      source: 'DB_PASSWORD',
      inPlainSight: true,
      wellKnown: false,
    })
  })

  test.each([
    ['as it is', 'postgres://app:kahGh2-eiYo9@h/d'],
    ['percent-encoded', 'postgres://app:kah%23Gh2%2FeiYo9@h/d'],
  ])('in a URL, %s', (_how, url) => {
    const folder = folderWith({ '.env': `DATABASE_URL=${url}` })
    expect(factsOf({ environment: { DATABASE_URL: url } }, folder)?.dotenvFile).toBe('.env')
  })

  test.each<[string, Settings, variable: string, found: string | undefined]>([
    ['the variable itself', { environment: { DATABASE_PASS: 'kahGh2-eiYo9' } }, 'kahGh2-eiYo9', '.env'],
    [
      'a URL',
      { environment: { DATABASE_PASS: 'postgres://app:kahGh2-eiYo9@h/d' } },
      'postgres://app:kahGh2-eiYo9@h/d',
      '.env',
    ],
    ['nothing of the kind, as the variable is not set', { environment: {} }, 'kahGh2-eiYo9', undefined],
    [
      'nothing of the kind, as the variable is something else',
      { environment: { DATABASE_PASS: 'x' } },
      'kahGh2-eiYo9',
      undefined,
    ],
  ])('as a setting that is taken from %s', (_what, settings, variable, found) => {
    const folder = folderWith({ '.env': `DATABASE_PASS=${variable}` })
    expect(factsOf({ password: 'kahGh2-eiYo9', ...settings }, folder)).toEqual({
      source: 'settings.password',
      inPlainSight: true,
      wellKnown: false,
      ...(found && { dotenvFile: found }),
    })
  })

  test('a folder named .env, no folder, and given surroundings → not in it', () => {
    const folder = folderWith({})
    mkdirSync(join(folder, '.env'))
    for (const directory of [folder, join(folder, 'gone'), undefined]) {
      expect(factsOf({ environment }, directory)?.dotenvFile).toBeUndefined()
    }
  })
})

describe('password facts: a file of variables in another folder', () => {
  const environment = { DB_PASSWORD: 'kahGh2-eiYo9', DATABASE_URL: 'postgres://db.example:5432/orders' }
  const content = 'DB_PASSWORD=kahGh2-eiYo9\n'

  function withArguments<T>(list: 'execArgv' | 'argv', words: readonly string[], run: () => T): T {
    const before = process[list]
    process[list] = [...before, ...words]
    try {
      return run()
    } finally {
      process[list] = before
    }
  }

  test.each<[string, (file: string) => readonly string[]]>([
    ['--env-file=…', (file) => [`--env-file=${file}`]],
    ['--env-file …', (file) => ['--env-file', file]],
    ['--env-file-if-exists=…', (file) => [`--env-file-if-exists=${file}`]],
    ['the last of several', (file) => ['--env-file=/nowhere.env', `--env-file=${file}`]],
  ])('Node’s %s → named', (_how, words) => {
    const folder = folderWith({ 'elsewhere.env': content, empty: '' })
    const facts = withArguments('execArgv', words('elsewhere.env'), () => factsOf({ environment }, folder))
    expect(facts?.dotenvFile).toBe('elsewhere.env')
    const path = join(folder, 'elsewhere.env')
    expect(withArguments('execArgv', words(path), () => factsOf({ environment }))?.dotenvFile).toBe(path)
    expect(
      withArguments('execArgv', words('empty'), () => factsOf({ environment }, folder))?.dotenvFile,
    ).toBeUndefined()
  })

  test('of several files, the one with this value → named', () => {
    const folder = folderWith({ 'a.env': 'DB_PASSWORD=another', 'b.env': content })
    const facts = () => factsOf({ environment }, folder)
    expect(withArguments('execArgv', ['--env-file=a.env', '--env-file=b.env'], facts)?.dotenvFile).toBe('b.env')
  })

  test.each([
    ['NODE_OPTIONS', (file: string) => `--max-old-space-size=100 --env-file="${file}"`],
    ['DOTENV_CONFIG_PATH', (file: string) => file],
  ])('%s → named', async (name, text) => {
    const folder = folderWith({ 'with space.env': content })
    await withVariables({ [name]: text('with space.env') }, async () => {
      expect(factsOf({ environment }, folder)?.dotenvFile).toBe('with space.env')
    })
  })

  test('dotenv_config_path=… → named', () => {
    const folder = folderWith({ elsewhere: content })
    const facts = () => factsOf({ environment }, folder)
    expect(withArguments('argv', ['dotenv_config_path=elsewhere'], facts)?.dotenvFile).toBe('elsewhere')
  })

  test('.env of a folder above → named', () => {
    const folder = folderWith({ '.env': content })
    const deep = join(folder, 'packages', 'api')
    mkdirSync(deep, { recursive: true })
    expect(factsOf({ environment }, deep)?.dotenvFile).toBe(join(folder, '.env'))
  })
})

describe('password facts: compared with the same variable alone', () => {
  test.each<[string, file: string, environment: Readonly<Record<string, string>>, found: boolean]>([
    ['another variable has it in its text', 'DATABASE_URL=postgres://h:5432/db', { DB_PASSWORD: '5432' }, false],
    [
      'the file has no password',
      'DATABASE_URL=postgres://app@h/db',
      { DATABASE_URL: 'postgres://app:app@h/db' },
      false,
    ],
    ['the file has a longer one', 'DB_PASSWORD=kahGh2-eiYo9', { DB_PASSWORD: 'kahGh2' }, false],
    ['the file has it in a comment', 'DB_PASSWORD=x # kahGh2', { DB_PASSWORD: 'kahGh2' }, false],
    ['the file has a name that every object has', 'A=1', { constructor: 'kahGh2', DB_PASSWORD: 'kahGh2' }, false],
    ['quotation marks', "DB_PASSWORD='kahGh2 #1'", { DB_PASSWORD: 'kahGh2 #1' }, true],
    ['several lines', 'DB_PASSWORD="kah\nGh2"', { DB_PASSWORD: 'kah\nGh2' }, true],
    ['a byte order mark', '\ufeffDB_PASSWORD=kahGh2', { DB_PASSWORD: 'kahGh2' }, true],
    [
      'another variable in it',
      'P=kahGh2\nDATABASE_URL=postgres://a:$P@h/d',
      { DATABASE_URL: 'postgres://a:kahGh2@h/d' },
      true,
    ],
    [
      'a conninfo string',
      'CONN="host=h password=kahGh2"',
      { CONN: 'host=h password=kahGh2', DB_PASSWORD: 'kahGh2' },
      true,
    ],
  ])('%s → %#', (_what, file, environment, found) => {
    const facts = factsOf({ environment }, folderWith({ '.env': file }))
    expect(facts?.dotenvFile).toBe(found ? '.env' : undefined)
  })
})

describe('password facts: well-known, out of sight', () => {
  const base = { host: 'db.example', user: 'app', policy: 'strict' } as const

  function wellKnown(settings: Settings): boolean {
    return resolve({ settings: { ...base, environment: {}, ...settings } }).findings.some(
      ({ rule, severity }) => rule === 'password-well-known' && severity === 'refuse',
    )
  }

  test.each(['postgres', 'App', 'app\n'])('%j in a file → refused at the start', (content) => {
    const path = temporaryFile(content)
    expect(wellKnown({ environment: { DB_PASSWORD_FILE: path } })).toBe(true)
    const service = temporaryFile(`[app]\npassword=${content}`)
    expect(wellKnown({ service: 'app', environment: { PGSERVICEFILE: service } })).toBe(true)
    const passfile = temporaryFile(`other:*:*:*:kahGh2-eiYo9\ndb.example:5432:*:app:${content}`)
    expect(wellKnown({ passfile })).toBe(true)
  })

  test('a good one in a file → taken', () => {
    expect(wellKnown({ environment: { DB_PASSWORD_FILE: temporaryFile('kahGh2-eiYo9') } })).toBe(false)
    expect(wellKnown({ passfile: temporaryFile('*:*:*:*:kahGh2-eiYo9') })).toBe(false)
  })

  test('one of another server in the password file → taken', () => {
    expect(wellKnown({ passfile: temporaryFile('*:5433:*:*:postgres\ndb.example:*:*:*:kahGh2-eiYo9') })).toBe(false)
  })

  const login = (settings: Settings) =>
    loginAt(resolveProfile({ settings: { ...base, environment: {}, ...settings } }).profile)

  test.each<[string, Settings, source: string]>([
    ['a store', { secrets: async () => ({ password: 'changeme' }) }, 'settings.secrets'],
    ['a store, the name of its user', { secrets: async () => ({ user: 'u1', password: 'U1' }) }, 'settings.secrets'],
    [
      'a store, the name of its database',
      { secrets: async () => ({ database: 'd1', password: 'd1' }) },
      'settings.secrets',
    ],
    ['a function', { password: () => 'postgres' }, 'settings.password'],
  ])('%s → refused when it is fetched', async (_what, settings, source) => {
    const error = await login(settings).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(PolicyError)
    expect(error.message.split('\n')[0]).toBe(
      `a well-known default password (from ${source}) is refused by policy strict (rule password-well-known); set a random one of 24 characters or more`,
    )
    expect((await login({ ...settings, policy: 'test' })).password).toBeDefined()
  })

  test('a file that changes after the start → refused', async () => {
    const path = temporaryFile('kahGh2-eiYo9')
    const { profile } = resolveProfile({ settings: { ...base, environment: { DB_PASSWORD_FILE: path } } })
    const again = () => loginAt(profile)
    expect((await again()).password?.reveal()).toBe('kahGh2-eiYo9')
    writeFileSync(path, 'changeme')
    chmodSync(path, 0o600)
    await expect(again()).rejects.toBeInstanceOf(PolicyError)
  })

  test('allowed by name → taken, with one warning', async () => {
    const warned: Error[] = []
    const listen = (warning: Error) => void warned.push(warning)
    process.on('warning', listen)
    const policy = { use: 'production', allow: { 'password-well-known': 'a demonstration' } } as const
    const { profile } = resolveProfile({
      settings: { ...base, policy, environment: {}, secrets: async () => ({ password: 'changeme' }) },
    })
    for (let i = 0; i < 2; i++) await loginAt(profile)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listen)
    expect(warned.map(({ message }) => message)).toEqual([
      'a well-known default password (from settings.secrets), allowed by name: a demonstration',
    ])
  })
})
