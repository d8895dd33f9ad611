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

/** Fragments of the addresses, by class. */
const ANCHORS: Readonly<Record<string, string>> = {
  AuthenticationError: 'auth_method',
  ConfigurationError: 'configuration',
  ConnectError: 'another-code',
  CredentialsError: 'credentials_denied',
  PolicyError: 'policy',
  TlsError: 'tls_issuer',
}

describe.each(ERRORS)('%s', (name, code, error) => {
  const shown = `${name} [${code}]: ${message}${name in ANCHORS ? `\nsee ${error.help}` : ''}`

  test('String() and template: an error → its name, its code, its message and the address of its documentation', () => {
    expect(String(error)).toBe(shown)
    expect(`${error}`).toBe(shown)
  })

  test('help: an error → the address of the heading of its code, none for an error of the server', () => {
    expect(error.help?.split('#')[1]).toBe(ANCHORS[name])
    expect(error.message).not.toContain('see ')
  })

  test('stack: an error → name and code in the first line, the address of its documentation, and where it was made below', () => {
    expect(String(error.stack).slice(0, shown.length)).toBe(shown)
    const [frame] = String(error.stack)
      .slice(shown.length + 1)
      .split('\n')
    expect(frame).toMatch(/^ +at .*verifull-error\.test\.ts/)
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

test('addNote: a note → below the message, in the stack above the address; a second time → once', () => {
  const error = new TlsError('TLS_NAME', message)
  error.addNote('more')
  error.addNote('more')
  expect(error.message).toBe(`${message}\nnote: more`)
  expect(error.stack).toMatch(`TlsError [TLS_NAME]: ${message}\nnote: more\nsee ${error.help}\n    at `)
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
