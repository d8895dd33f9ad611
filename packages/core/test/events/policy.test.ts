import diagnostics from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { afterEach, describe, expect, test } from 'vitest'
import { explain, resolveProfile } from '../../src/index.ts'
import type { Settings } from '../../src/parameters/settings.ts'
import { loginAt, tlsOf } from '../profile/doors.ts'
import { temporaryFile } from '../sources/reading.ts'

let number = 0
const FIX = 'use sslmode=verify-full; plaintext never leaves this machine'

/** Settings with one warning that no other test causes. */
function warned(
  changes: Settings = {},
  environment: Record<string, string> = {},
): { settings: Settings; what: string; message: string } {
  const host = `db-${number++}.example`
  const what = `sslmode=disable (from settings.sslmode) for ${host}:5432`
  const message = `${what} (rule plaintext-remote); ${FIX}`
  return {
    what,
    message,
    settings: { host, user: 'app', sslmode: 'disable', policy: 'development', environment, ...changes },
  }
}

async function printedBy(run: () => unknown | Promise<unknown>): Promise<string[]> {
  const lines: string[] = []
  const listen = (warning: Error & { code?: string }) =>
    void (warning.name === 'VerifullWarning' && lines.push(`${warning.code} ${warning.message}`))
  process.on('warning', listen)
  await run()
  await setImmediate()
  process.off('warning', listen)
  return lines
}

describe('warnings', () => {
  const channel = diagnostics.channel('verifull:policy')
  const heard: unknown[] = []
  const hear = (event: unknown) => void heard.push(event)
  afterEach(() => {
    channel.unsubscribe(hear)
    heard.length = 0
  })

  test('a finding that warns → one line, however often it is found', async () => {
    const { settings, message } = warned()
    const lines = await printedBy(() => {
      for (let i = 0; i < 3; i++) resolveProfile({ settings })
    })
    expect(lines).toEqual([`VERIFULL_POLICY ${message}`])
  })

  test('explain(), a note, and a refusal → no line', async () => {
    const lines = await printedBy(() => {
      explain({ settings: warned().settings })
      resolveProfile({
        settings: { host: 'db.example', user: 'app', sslmode: 'require', policy: 'production', environment: {} },
      })
      expect(() =>
        resolveProfile({ settings: warned({ policy: 'production', password: 'kahGh2-eiYo9' }).settings }),
      ).toThrow()
    })
    expect(lines).toEqual([])
  })

  test.each<[string, Settings, Record<string, string>]>([
    ['settings.warnings=false', { warnings: false }, {}],
    ['VERIFULL_WARNINGS=off', {}, { VERIFULL_WARNINGS: 'off' }],
    ['VERIFULL_WARNINGS=FALSE', {}, { VERIFULL_WARNINGS: 'FALSE' }],
  ])('%s → no line', async (_what, changes, environment) => {
    expect(await printedBy(() => resolveProfile({ settings: warned(changes, environment).settings }))).toEqual([])
  })

  test('settings.warnings=true beside VERIFULL_WARNINGS=off → the line', async () => {
    const { settings, message } = warned({ warnings: true }, { VERIFULL_WARNINGS: 'off' })
    expect(await printedBy(() => resolveProfile({ settings }))).toEqual([`VERIFULL_POLICY ${message}`])
  })

  test('a subscriber of verifull:policy → every finding as data, and no line', async () => {
    const { settings, what, message } = warned()
    channel.subscribe(hear)
    expect(await printedBy(() => resolveProfile({ settings }))).toEqual([])
    expect(heard).toEqual([
      { kind: 'policy', name: 'development', source: 'settings.policy', allow: {}, rules: [] },
      { kind: 'finding', rule: 'plaintext-remote', severity: 'warn', what, fix: FIX, message },
    ])
  })

  test('a subscriber, rules that are allowed and own ones → told with the policy, although nothing breaks them', () => {
    const rules = [
      { id: 'own-none', needs: 'settings', severity: { production: 'warn' }, why: 'a test', check: () => [] },
    ] as const
    const policy = { use: 'production', allow: { 'plaintext-loopback': 'a proxy' }, rules } as const
    const environment = { VERIFULL_ALLOW: 'own-none: not here' }
    channel.subscribe(hear)
    resolveProfile({ settings: { host: 'db.example', user: 'app', policy, environment } })
    const allow = { 'own-none': 'not here', 'plaintext-loopback': 'a proxy' }
    expect(heard).toEqual([
      { kind: 'policy', name: 'production', source: 'settings.policy', allow, rules: ['own-none'] },
    ])
    expect(explain({ settings: { host: 'db.example', user: 'app', policy, environment } }).policy).toEqual({
      name: 'production',
      source: 'settings.policy',
      allow,
      rules: ['own-none'],
    })
  })

  test.each([
    ['settings.warnings', { warnings: 'no' as never }, {}, 'settings.warnings must be true or false, not a string'],
    [
      'VERIFULL_WARNINGS',
      {},
      { VERIFULL_WARNINGS: 'quiet' },
      'invalid VERIFULL_WARNINGS value "quiet"; it must be true or false',
    ],
  ])('%s that is no boolean → a problem', (_what, changes, environment, message) => {
    expect(explain({ settings: warned(changes, environment).settings }).problems).toMatchObject([{ message }])
  })
})

/** Findings made while connecting; each prints a line with its code. */
const LATER: Readonly<Record<string, (changes: Settings) => Promise<unknown>>> = {
  VERIFULL_PASSFILE: async (changes) => {
    const passfile = temporaryFile('*:*:*:*:kahGh2-eiYo9', { mode: 0o644 })
    const { profile } = resolveProfile({ settings: { ...PLACE, passfile, ...changes } })
    for (let i = 0; i < 3; i++) await loginAt(profile)
  },
  VERIFULL_TLS_RELOAD: async (changes) => {
    const sslrootcert = temporaryFile((await createHierarchy()).root.certificate)
    const { profile } = resolveProfile({ settings: { ...PLACE, sslrootcert, ...changes } })
    writeFileSync(sslrootcert, 'garbage')
    for (let i = 0; i < 3; i++) await tlsOf(profile)?.ready(AbortSignal.timeout(5_000))
  },
}
const PLACE: Settings = { host: 'db.example', user: 'app', policy: 'production', environment: {} }

describe.each(Object.entries(LATER))('%s, which is found while connections are made', (code, find) => {
  test('nothing is said of warnings → one line', async () => {
    const lines = await printedBy(() => find({}))
    expect(lines).toEqual([expect.stringContaining(`${code} `)])
  })

  test.each<[string, Settings]>([
    ['settings.warnings=false', { warnings: false }],
    ['VERIFULL_WARNINGS=off', { environment: { VERIFULL_WARNINGS: 'off' } }],
  ])('%s → no line', async (_what, changes) => {
    expect(await printedBy(() => find(changes))).toEqual([])
  })
})
