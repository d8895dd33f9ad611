import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { VerifullError } from '../../src/errors/verifull-error.ts'
import {
  readAuthentication,
  readBackendKey,
  readDataRow,
  readParameterStatus,
} from '../../src/wire/backend-messages.ts'
import { readErrorResponse } from '../../src/wire/error-response.ts'
import { type BackendMessage, takeMessage } from '../../src/wire/reader.ts'
import {
  authentication,
  backendKey,
  dataRow,
  errorResponse,
  message,
  parameterStatus,
  sasl,
} from './backend-messages.ts'

describe('backend messages: authentication', () => {
  test.each([
    ['AuthenticationOk', authentication(0), { kind: 'ok' }],
    ['Kerberos V5', authentication(2), { kind: 'unknown', type: 2 }],
    ['a cleartext password', authentication(3), { kind: 'password' }],
    ['md5', authentication(5, Buffer.from('salt')), { kind: 'md5', salt: Buffer.from('salt') }],
    ['GSS', authentication(7), { kind: 'gss', type: 7 }],
    ['SSPI', authentication(9), { kind: 'sspi', type: 9 }],
    [
      'SASL',
      sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'),
      { kind: 'sasl', mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] },
    ],
    ['SASLContinue', authentication(11, Buffer.from('r=')), { kind: 'sasl-continue', data: Buffer.from('r=') }],
    ['SASLFinal', authentication(12, Buffer.from('v=')), { kind: 'sasl-final', data: Buffer.from('v=') }],
    ['a number that nobody knows', authentication(99), { kind: 'unknown', type: 99 }],
  ])('%s → read', (_what, bytes, request) => {
    expect(readAuthentication(whole(bytes))).toEqual(request)
  })

  test.each([
    ['without a number', message('R', Buffer.from([0, 0])), 'authentication'],
    ['md5 with half a salt', authentication(5, Buffer.from('sa')), 'md5 authentication'],
    ['md5 with a long salt', authentication(5, Buffer.from('salty')), 'md5 authentication'],
    ['SASL without mechanisms', authentication(10), 'SASL'],
    ['SASL with an empty list', authentication(10, Buffer.from('\0')), 'SASL'],
    ['SASL whose list does not end', authentication(10, Buffer.from('SCRAM-SHA-256\0')), 'SASL'],
  ])('%s → malformed', (_what, bytes, name) => {
    expect(() => readAuthentication(whole(bytes))).toThrow(
      new ConnectError('PROTOCOL', `the server sent a malformed ${name} message`),
    )
  })
})

describe('backend messages: others', () => {
  test('ParameterStatus → name and value', () => {
    expect(readParameterStatus(whole(parameterStatus('server_version', '18.1')))).toEqual(['server_version', '18.1'])
    expect(readParameterStatus(whole(message('S')))).toEqual(['', ''])
  })

  test.each([[4], [32], [256]])('BackendKeyData of %i bytes → read', (length) => {
    const secretKey = Buffer.alloc(length, 7)
    expect(readBackendKey(whole(backendKey(42, secretKey)))).toEqual({ processId: 42, secretKey })
  })

  test('BackendKeyData of fewer than four bytes → malformed', () => {
    expect(() => readBackendKey(whole(backendKey(42, Buffer.alloc(3))))).toThrow(
      new ConnectError('PROTOCOL', 'the server sent a malformed backend key message'),
    )
  })

  test('DataRow → text and null', () => {
    expect(readDataRow(whole(dataRow('on', null, '', 'é')))).toEqual(['on', null, '', 'é'])
    expect(readDataRow(whole(dataRow()))).toEqual([])
  })

  test.each([
    ['without a count', message('D', Buffer.from([0]))],
    ['with a count and no columns', message('D', Buffer.from([0, 1]))],
    ['whose value is longer than the message', message('D', Buffer.from([0, 1, 0, 0, 0, 9, 0x61]))],
    ['whose value has two gigabytes', message('D', Buffer.from([0, 1, 0x7f, 0xff, 0xff, 0xff, 0x61]))],
    ['with 32767 columns in no bytes', message('D', Buffer.from([0x7f, 0xff]))],
  ])('DataRow %s → malformed', (_what, bytes) => {
    expect(() => readDataRow(whole(bytes))).toThrow(
      new ConnectError('PROTOCOL', 'the server sent a malformed data row message'),
    )
  })
})

describe('backend messages: ErrorResponse', () => {
  test('fields → an error with the fields of pg’s', () => {
    const bytes = errorResponse({
      S: 'FATAL',
      V: 'FATAL',
      C: '28P01',
      M: 'password authentication failed for user "app"',
      D: 'detail',
      H: 'hint',
      P: '7',
      F: 'auth.c',
      L: '331',
      R: 'auth_failed',
    })
    const error = readErrorResponse(whole(bytes))
    expect(error).toBeInstanceOf(ServerError)
    expect(error).toMatchObject({
      message: 'password authentication failed for user "app"',
      code: '28P01',
      length: bytes.length - 1,
      fields: {
        severity: 'FATAL',
        detail: 'detail',
        hint: 'hint',
        position: '7',
        file: 'auth.c',
        line: '331',
        routine: 'auth_failed',
      },
    })
  })

  test('no message → a text that says so', () => {
    expect(readErrorResponse(whole(message('E', Buffer.from('\0'))))).toMatchObject({
      message: 'the server refused the session without saying why',
      code: 'XX000',
    })
  })

  test('a code that is no SQLSTATE → XX000', () => {
    expect(readErrorResponse(whole(errorResponse({ C: 'ECONNREFUSED', M: 'no' }))).code).toBe('XX000')
    expect(readErrorResponse(whole(errorResponse({ C: '53300', M: 'no' }))).code).toBe('53300')
  })

  test('control characters → escaped', () => {
    const error = readErrorResponse(
      whole(errorResponse({ M: '\u001b[2Jgone\u0007\u009b31m', H: '\u001b]0;title\u0007' })),
    )
    expect(error.message).toBe('\\x1b[2Jgone\\x07\\x9b31m')
    expect(error.fields.hint).toBe('\\x1b]0;title\\x07')
  })
})

const READERS = [readAuthentication, readErrorResponse, readParameterStatus, readBackendKey, readDataRow]

describe('backend messages: any bytes → no error but ours', () => {
  test('random bodies → read or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...READERS), fc.uint8Array({ maxLength: 300 }), (read, body) => {
        throwsOursAtMost(() => read({ type: 'R', body: Buffer.from(body), bytes: Buffer.from(body) }))
      }),
      { numRuns: 3000 },
    )
  })

  const valid = [
    ...[0, 3, 7, 9, 99].map((type) => authentication(type)),
    authentication(5, Buffer.from('salt')),
    authentication(11, Buffer.from('r=abc,s=AAAA,i=4096')),
    sasl('SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'),
    errorResponse({ S: 'FATAL', C: '28P01', M: 'no' }),
    parameterStatus('server_version', '18.1'),
    backendKey(1, Buffer.alloc(4)),
    dataRow('a', null, 'bc'),
  ]

  test('valid messages with changed, missing and added bytes → read or refused', () => {
    const change = fc.record({ at: fc.nat(60), remove: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) })
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 4 }), (bytes, changes) => {
        const changed = changes.reduce(
          (sofar, { at, remove, insert }) =>
            Buffer.concat([sofar.subarray(0, at), insert, sofar.subarray(at + remove)]),
          bytes,
        )
        throwsOursAtMost(() => {
          for (let rest = changed, taken = takeMessage(rest); taken; taken = takeMessage(rest)) {
            rest = taken.rest
            for (const read of READERS) throwsOursAtMost(() => read((taken as { message: BackendMessage }).message))
          }
        })
      }),
      { numRuns: 3000 },
    )
  })
})

function throwsOursAtMost(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!VerifullError.isInstance(error)) throw error
  }
}

function whole(bytes: Buffer): BackendMessage {
  const taken = takeMessage(bytes)
  if (taken?.rest.length !== 0) throw new Error('the test made no whole message')
  return taken.message
}
