import { rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../src/parameters/settings.ts'
import { loginsOf } from '../../src/profile/logins.ts'
import { tcp } from '../addresses/endpoints.ts'
import { collect, temporaryFile } from '../sources/reading.ts'
import { loginAt } from './doors.ts'

const endpoint = tcp('db.example', 5432)

/** The login from these settings, as plain text. */
async function login(settings: Settings, signal = new AbortController().signal, at = endpoint) {
  const { user, password } = await loginAt(
    { logins: loginsOf(collect({ settings: { user: 'app', ...settings } })) },
    at,
    signal,
  )
  return { user, password: password?.reveal() }
}

describe('login', () => {
  test.each<[string, Settings, { user: string; password: string | undefined }]>([
    ['a password that is given', { password: 'kahGh2' }, { user: 'app', password: 'kahGh2' }],
    ['no password', {}, { user: 'app', password: undefined }],
    ['a function', { password: () => 'kahGh2' }, { user: 'app', password: 'kahGh2' }],
    ['an asynchronous function', { password: async () => 'kahGh2' }, { user: 'app', password: 'kahGh2' }],
    [
      'a provider without a user',
      { secrets: async () => ({ password: 'kahGh2' }) },
      { user: 'app', password: 'kahGh2' },
    ],
    [
      'a provider whose user is another',
      { secrets: async () => ({ user: 'app_2', password: 'kahGh2' }) },
      { user: 'app_2', password: 'kahGh2' },
    ],
  ])('%s', async (_what, settings, expected) => {
    expect(await login(settings)).toEqual(expected)
  })

  test('password files → read for each login, without one line feed', async () => {
    const [user, password] = [temporaryFile('first\n'), temporaryFile('kahGh2\r\n')]
    const environment = { DB_USER_FILE: user, DB_PASSWORD_FILE: password }
    const logins = loginsOf(collect({ settings: { environment } }))
    const again = () => loginAt({ logins })
    const before = await again()
    expect([before.user, before.password?.reveal()]).toEqual(['first', 'kahGh2'])
    writeFileSync(user, 'second')
    writeFileSync(password, ' eiYo9 \n')
    const after = await again()
    expect([after.user, after.password?.reveal()]).toEqual(['second', ' eiYo9 '])
    rmSync(password)
    expect((await again()).password?.reveal()).toBe(' eiYo9 ')
  })

  test('a file that was never readable → an error', async () => {
    const password = temporaryFile('kahGh2')
    const logins = loginsOf(collect({ settings: { user: 'app', environment: { DB_PASSWORD_FILE: password } } }))
    rmSync(password)
    await expect(loginAt({ logins })).rejects.toMatchObject({
      code: 'CREDENTIALS_PROVIDER',
      retryable: true,
      message: `the file "${password}" (from DB_PASSWORD_FILE) does not exist; correct the path, or put the file there`,
    })
  })

  test('passfile → looked up by host, database and user', async () => {
    const passfile = temporaryFile('db.example:5432:app:app:one\nother.example:*:*:app:two\n*:*:orders:*:three\n')
    expect(await login({ passfile })).toEqual({ user: 'app', password: 'one' })
    const other = tcp('other.example', 1)
    expect(await login({ passfile }, undefined, other)).toEqual({ user: 'app', password: 'two' })
    expect(await login({ passfile, database: 'orders', user: 'x' })).toEqual({ user: 'x', password: 'three' })
    expect(await login({ passfile, user: 'nobody' })).toEqual({ user: 'nobody', password: undefined })
    expect(await login({ passfile, password: 'kahGh2' })).toEqual({ user: 'app', password: 'kahGh2' })
  })
})

const WRONG: readonly [what: string, given: unknown, got: string][] = [
  ['a number', 42, 'a number'],
  ['null', null, 'null'],
  ['nothing', undefined, 'undefined'],
  ['an empty string', '', 'an empty string'],
  ['an object', { password: 'CANARY' }, 'an object'],
  ['a list', ['CANARY'], 'an array'],
  ['true', true, 'a boolean'],
]

describe('login: an invalid password → refused', () => {
  const needed = (source: string, got: string) => ({
    name: 'CredentialsError',
    code: 'CREDENTIALS_INVALID',
    retryable: false,
    message: `${source} gave ${got} where a password is needed; it must give the password as text`,
  })

  test.each(WRONG)('a function that gives %s', async (_what, given, got) => {
    await expect(login({ password: (() => given) as () => string })).rejects.toMatchObject(
      needed('settings.password', got),
    )
  })

  test.each(WRONG)('a provider whose password is %s', async (_what, given, got) => {
    const secrets = async () => ({ password: given as string })
    await expect(login({ secrets })).rejects.toMatchObject(needed('settings.secrets', got))
  })

  test.each<[unknown, string]>([
    ['CANARY', 'a string'],
    [null, 'null'],
    [undefined, 'undefined'],
    [7, 'a number'],
  ])('a provider that gives %j', async (given, got) => {
    await expect(login({ secrets: async () => given as never })).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: `settings.secrets gave ${got} where credentials are needed; it must give { user, password }`,
    })
  })

  test.each([42, '', {}, null])('a provider whose user is %j', async (user) => {
    await expect(login({ secrets: async () => ({ user: user as string, password: 'x' }) })).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: 'settings.secrets gave a user that is not a string',
    })
  })
})

describe('login: a failing provider', () => {
  const failed = (kind: string) => ({
    name: 'CredentialsError',
    code: 'CREDENTIALS_PROVIDER',
    retryable: true,
    message: `settings.secrets failed to give credentials (${kind}); its message is not shown, as it may quote the secret: log it there`,
  })
  const named = (name: unknown, code: unknown) => Object.assign(new Error('CANARY'), { name, code })

  test.each<[unknown, string]>([
    [new TypeError('CANARY'), 'TypeError'],
    [named('ResourceNotFoundException', undefined), 'ResourceNotFoundException'],
    [named('Error', 'ECONNREFUSED'), 'Error ECONNREFUSED'],
    [named('CANARY', 'canary canary'), 'an object'],
    [named({}, 42), 'an object'],
    ['CANARY', 'a string'],
    [undefined, 'undefined'],
  ])('a provider that throws %s', async (thrown, kind) => {
    await expect(login({ secrets: () => Promise.reject(thrown) })).rejects.toMatchObject(failed(kind))
    const atOnce = () => {
      throw thrown
    }
    await expect(login({ secrets: atOnce })).rejects.toMatchObject(failed(kind))
    const error = await login({ secrets: atOnce }).catch((caught: Error) => caught)
    expect((error as Error).cause).toBeUndefined()
  })

  test('the signal aborts → rejects; the response serves the next caller', async () => {
    const controller = new AbortController()
    let answer = (_credentials: { password: string }) => {}
    let questions = 0
    const secrets = () => {
      questions++
      return new Promise<{ password: string }>((resolve) => {
        answer = resolve
      })
    }
    const asked = login({ secrets }, controller.signal)
    controller.abort(new Error('too late'))
    await expect(asked).rejects.toThrow('too late')
    answer({ password: 'kahGh2' })
    expect([await login({ secrets }), questions]).toEqual([{ user: 'app', password: 'kahGh2' }, 1])
  })

  test('a failure after the abort → no unhandled rejection', async () => {
    const controller = new AbortController()
    const secrets = () => new Promise<never>((_, reject) => setTimeout(reject, 20, new Error('later')))
    const asked = login({ secrets }, controller.signal)
    controller.abort(new Error('too late'))
    await expect(asked).rejects.toThrow('too late')
    await new Promise((resolve) => setTimeout(resolve, 40))
  })
})
