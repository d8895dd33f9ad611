import assert from 'node:assert/strict'
import type { ContractBinding } from './binding.ts'
import { assertMatches } from './expectations.ts'
import { type Runner, testEach } from './runner.ts'

/** Options of a library for the tests of arguments. */
export interface ArgumentsChapter {
  /** Other functions of the package that take options and settings, by their name. */
  readonly functions?: Readonly<Record<string, (options?: unknown, settings?: unknown) => unknown>>
  /** Options that inherit all they have, at every level, with `db.example` for a host. */
  inherited(): object
  /** A part of the configuration that is made of them. */
  readonly kept: object
}

const SETTINGS = { host: 'db.example', user: 'app', environment: {} }
const URL_WITH_SECRET = 'postgres://x:CANARY@y'

/** A service as NestJS injects it. */
class ConfigService {
  get(): void {}
}

/** Wrong options, and what is said of each. */
const OPTIONS: Readonly<Record<string, readonly [given: unknown, message: string]>> = {
  'a Promise as options': [Promise.resolve({}), 'not a Promise; await it first'],
  'a Map as options': [new Map(), 'not a Map; use Object.fromEntries()'],
  'a list as options': [[{}], 'options must be an object or a connection string, not an array'],
  'a service as options': [new ConfigService(), 'not a ConfigService that gives its values by get()'],
}

const SETTINGS_GIVEN: typeof OPTIONS = {
  'a URL as settings': [URL_WITH_SECRET, 'settings must be an object, not a string; give a URL as'],
  'a Map as settings': [new Map(), 'settings must be an object, not a Map'],
}

const SOURCES: typeof OPTIONS = {
  'settings as sources': [SETTINGS, '(): sources has settings and options'],
  'a Map as sources': [new Map(), '(): sources must be an object, not a Map'],
  'text as sources': [URL_WITH_SECRET, '(): sources must be an object, not a string'],
}

/** Registers the tests: a function that is given the wrong thing says so, and no secret. */
export function argumentsContract<Db>(
  { sources }: ContractBinding<Db>,
  { functions, inherited, kept }: ArgumentsChapter,
  runner: Runner,
): void {
  const { secureConfig, explain, resolveProfile } = sources
  for (const [name, call] of Object.entries({ secureConfig, ...functions })) {
    rows(OPTIONS, name, (given) => call(given, SETTINGS))
    rows(SETTINGS_GIVEN, name, (given) => call({}, given))
  }
  for (const [name, call] of Object.entries({ explain, resolveProfile })) rows(SOURCES, name, (given) => call(given))

  function rows(table: typeof OPTIONS, name: string, call: (given: unknown) => unknown): void {
    testEach(
      runner,
      table,
      (what) => `${name}(): ${what} → said`,
      async ([given, message]) => {
        assert.throws(
          () => call(given),
          ({ code, message: said }: NodeJS.ErrnoException) =>
            code === 'CONFIGURATION' && said.includes(message) && !said.includes('CANARY'),
        )
      },
    )
  }

  runner.test('options that inherit from defaults, at every level → keep everything', async () => {
    assertMatches(secureConfig(inherited(), { environment: {} }), kept)
    const { endpoints } = explain({ options: inherited(), settings: { environment: {} } })
    assert.deepEqual(endpoints, [{ host: 'db.example', port: 5432 }])
  })
}
