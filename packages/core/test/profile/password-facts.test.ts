import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { passwordFacts } from '../../src/profile/password-facts.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { collect, temporaryFile } from '../settings/reading.ts'

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

describe('where the password is', () => {
  test.each<[string, Settings, source: string | undefined]>([
    ['nowhere', {}, undefined],
    ['a setting', { password: 'kahGh2' }, 'settings.password'],
    ['a URL', { url: 'postgres://app:kahGh2@h/d' }, 'settings.url'],
    ['a variable', { environment: { DB_PASSWORD: 'kahGh2' } }, 'DB_PASSWORD'],
    ['libpq’s variable', { environment: { PGPASSWORD: 'kahGh2' } }, 'PGPASSWORD'],
    ['a URL in a variable', { environment: { DATABASE_URL: 'postgres://app:kahGh2@h/d' } }, 'DATABASE_URL'],
  ])('%s: everybody may see it', (_where, settings, source) => {
    expect(factsOf(settings)).toEqual(source && { source, inPlainSight: true, wellKnown: false })
  })

  test.each<[string, Settings, source: string]>([
    ['a function', { password: () => 'kahGh2' }, 'settings.password'],
    ['a provider', { secrets: async () => ({ password: 'kahGh2' }) }, 'settings.secrets'],
  ])('%s: it is out of sight', (_where, settings, source) => {
    expect(factsOf(settings)).toEqual({ source, inPlainSight: false, wellKnown: false })
  })

  test.each([
    ['DB_PASSWORD_FILE', 'kahGh2-eiYo9'],
    ['DATABASE_URL_FILE', 'postgres://app:kahGh2-eiYo9@h/d'],
    ['FILE__DATABASE_URL', 'postgres://app:kahGh2-eiYo9@h/d'],
  ])('the file of %s: it is out of sight', (source, content) => {
    const environment = { [source]: temporaryFile(content) }
    expect(factsOf({ environment })).toEqual({ source, inPlainSight: false, wellKnown: false })
  })

  test('a service file: it is out of sight', () => {
    const path = temporaryFile('[app]\npassword=kahGh2-eiYo9\n')
    expect(factsOf({ service: 'app', environment: { PGSERVICEFILE: path } })).toEqual({
      source: `service app in ${path}`,
      inPlainSight: false,
      wellKnown: false,
    })
  })
})

describe('a password that everybody knows', () => {
  test.each(['postgres', 'POSTGRES', 'Password', 'changeme', '123456', 'app', 'APP', 'orders'])('%s', (password) => {
    expect(factsOf({ user: 'app', database: 'orders', password })?.wellKnown).toBe(true)
  })

  test.each(['postgres1', 'kahGh2-eiYo9', 'application', ' '])('is not %j', (password) => {
    expect(factsOf({ user: 'app', database: 'orders', password })?.wellKnown).toBe(false)
  })
})

describe('a password that a .env file sets', () => {
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
  ])('is not meant by %s: %j', (file, line) => {
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

  test('a folder called .env, no folder at all, and surroundings that are given rather than found', () => {
    const folder = folderWith({})
    mkdirSync(join(folder, '.env'))
    for (const directory of [folder, join(folder, 'gone'), undefined]) {
      expect(factsOf({ environment }, directory)?.dotenvFile).toBeUndefined()
    }
  })
})
