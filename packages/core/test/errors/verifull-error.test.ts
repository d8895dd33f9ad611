import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  AuthenticationError,
  ConfigurationError,
  ConnectError,
  CredentialsError,
  PolicyError,
  ServerError,
  TlsError,
  VerifullError,
} from '../../src/index.ts'

const message = 'what is wrong; what to do'

const ERRORS: readonly (readonly [name: string, code: string, made: VerifullError])[] = [
  ['AuthenticationError', 'AUTH_METHOD', new AuthenticationError('AUTH_METHOD', message)],
  ['ConfigurationError', 'CONFIGURATION', new ConfigurationError([{ parameter: 'host', severity: 'refuse', message }])],
  ['ConnectError', 'ECONNREFUSED', new ConnectError('ECONNREFUSED', message)],
  ['CredentialsError', 'CREDENTIALS_DENIED', new CredentialsError('CREDENTIALS_DENIED', message, false)],
  [
    'PolicyError',
    'POLICY',
    new PolicyError([{ rule: 'unverified', severity: 'refuse', what: message, fix: '', message }]),
  ],
  ['ServerError', '28P01', new ServerError(message, '28P01', {}, 0)],
  ['TlsError', 'TLS_ISSUER', new TlsError('TLS_ISSUER', message)],
]

describe.each(ERRORS)('%s', (name, code, error) => {
  test('String() and template: an error → its name, its code and its message', () => {
    expect(String(error)).toBe(`${name} [${code}]: ${message}`)
  })

  test('stack: an error → name and code in the first line, and where it was made below', () => {
    const [first, second] = String(error.stack).split('\n')
    expect(first).toBe(`${name} [${code}]: ${message}`)
    expect(second).toMatch(/verifull-error\.test\.ts/)
  })

  test('inspect: an error as console.log shows it → the first line of the stack', () => {
    expect(inspect(error).split('\n')[0]).toBe(`${name} [${code}]: ${message}`)
  })

  test('name and message: an error → as they were given, without the code', () => {
    expect(error).toMatchObject({ name, code, message })
  })

  test('a class that a minifier has renamed → the same name', () => {
    // biome-ignore lint/complexity/useLiteralKeys: the name of the class is what is changed
    const Renamed = { ['a']: class extends (error.constructor as typeof TlsError) {} }['a'] as typeof TlsError
    expect(Renamed.name).toBe('a')
    const made = new Renamed(...(ARGUMENTS[name] as ConstructorParameters<typeof TlsError>))
    expect([made.name, String(made.stack).split('\n')[0]?.split(' ')[0]]).toEqual([name, name])
    expect(VerifullError.isInstance(made)).toBe(true)
  })
})

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  AuthenticationError: ['AUTH_METHOD', message],
  ConfigurationError: [[{ parameter: 'host', severity: 'refuse', message }]],
  ConnectError: ['ECONNREFUSED', message],
  CredentialsError: ['CREDENTIALS_DENIED', message, false],
  PolicyError: [[{ rule: 'unverified', severity: 'refuse', what: message, fix: '', message }]],
  ServerError: [message, '28P01', {}, 0],
  TlsError: ['TLS_ISSUER', message],
}
