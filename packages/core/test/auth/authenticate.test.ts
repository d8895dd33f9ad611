import { describe, expect, test } from 'vitest'
import { AuthenticationError } from '../../src/errors/authentication-error.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { authenticationOk, errorResponse, message, notice, parameterStatus, sasl } from '../wire/backend-messages.ts'
import { CLEARTEXT, LOOPBACK, MD5, meet, ONLY_SCRAM, OUT_OF_ORDER, PLAIN, REQUIRED, TERMS, VERIFIED } from './meet.ts'

describe('authenticate: requests of the server', () => {
  test.each([
    ['cleartext over verified TLS', [CLEARTEXT], VERIFIED, TERMS, { method: 'password', channelBound: false }],
    ['cleartext on this machine', [CLEARTEXT], LOOPBACK, TERMS, { method: 'password', channelBound: false }],
    ['md5 over verified TLS', [MD5], VERIFIED, TERMS, { method: 'md5', channelBound: false }],
    ['nothing', [], PLAIN, TERMS, { method: 'none', channelBound: false }],
  ])('%s', async (_what, requests, link, terms, result) => {
    const { outcome, sent } = await meet(requests, link, terms)
    expect(outcome).toEqual(result)
    expect(sent).toHaveLength(requests.length)
  })

  test.each([
    ['bound where both sides can', VERIFIED, TERMS, ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], true],
    ['bound where binding is required', VERIFIED, REQUIRED, ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], true],
    ['bound where nothing else is offered', VERIFIED, TERMS, ['SCRAM-SHA-256-PLUS'], true],
    ['unbound where the server cannot', VERIFIED, TERMS, ['SCRAM-SHA-256'], false],
    ['in plaintext, which discloses nothing', PLAIN, TERMS, ['SCRAM-SHA-256'], false],
    ['with a mechanism that we do not know beside it', PLAIN, TERMS, ['SCRAM-SHA-512', 'SCRAM-SHA-256'], false],
    ['where require_auth allows nothing else', VERIFIED, ONLY_SCRAM, ['SCRAM-SHA-256'], false],
  ])('SCRAM, %s', async (_what, link, terms, mechanisms, channelBound) => {
    const { outcome, sent } = await meet([sasl(...mechanisms)], link, terms)
    expect(outcome).toEqual({ method: 'scram-sha-256', channelBound })
    expect(sent).toHaveLength(2)
  })

  test('notices between the messages → skipped', async () => {
    const { outcome } = await meet([Buffer.concat([notice(), notice(), CLEARTEXT])], VERIFIED, TERMS)
    expect(outcome).toEqual({ method: 'password', channelBound: false })
  })
})

describe('authenticate: a sequence outside the protocol → refused', () => {
  const nothing = 'the server sent something else where PostgreSQL asks for authentication'
  test.each([
    ['a message of another type', [parameterStatus('a', 'b')], new ConnectError('PROTOCOL', nothing)],
    [
      'more notices than anyone sends',
      [Buffer.concat(Array(100).fill(notice()))],
      new ConnectError('PROTOCOL', nothing),
    ],
    [
      'a second request after the password',
      [CLEARTEXT, CLEARTEXT],
      new AuthenticationError('AUTH_SERVER', OUT_OF_ORDER),
    ],
    [
      'AuthenticationOk where the challenge is due',
      [sasl('SCRAM-SHA-256'), authenticationOk],
      new AuthenticationError('AUTH_SERVER', OUT_OF_ORDER),
    ],
    [
      'a malformed request',
      [message('R', Buffer.from([1]))],
      new ConnectError('PROTOCOL', 'the server sent a malformed authentication message'),
    ],
  ])('%s', async (_what, requests, error) => {
    const { outcome } = await meet(requests, VERIFIED, TERMS)
    expect(outcome).toEqual(error)
  })

  test("authenticate: ErrorResponse → the server's own error", async () => {
    const { outcome } = await meet([CLEARTEXT, errorResponse({ C: '28P01', M: 'no' })], VERIFIED, TERMS)
    expect(outcome).toMatchObject({ name: 'ServerError', code: '28P01', message: 'no' })
  })
})
