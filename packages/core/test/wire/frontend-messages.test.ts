import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.ts'
import {
  cancelRequest,
  passwordMessage,
  query,
  saslInitialResponse,
  saslResponse,
  sslRequest,
  startupMessage,
  terminate,
} from '../../src/wire/frontend-messages.ts'

describe('frontend messages: bytes, as in the protocol', () => {
  test.each([
    ['SSLRequest', sslRequest(), '00000008 04d2162f'],
    ['CancelRequest', cancelRequest(1, Buffer.from('00000002', 'hex')), '00000010 04d2162e 00000001 00000002'],
    ['CancelRequest with a long key', cancelRequest(1, Buffer.alloc(5, 9)), '00000011 04d2162e 00000001 0909090909'],
    ['StartupMessage', startupMessage({ user: 'a' }), '00000010 00030000 7573657200 6100 00'],
    ['PasswordMessage', passwordMessage('pa'), '70 00000007 706100'],
    ['SASLInitialResponse', saslInitialResponse('M', 'n,,'), '70 0000000d 4d00 00000003 6e2c2c'],
    ['SASLResponse', saslResponse('c=biws'), '70 0000000a 633d62697773'],
    ['Query', query('x'), '51 00000006 7800'],
    ['Terminate', terminate(), '58 00000004'],
  ])('%s', (_name, bytes, hex) => {
    expect(bytes.toString('hex')).toBe(hex.replaceAll(' ', ''))
  })

  test('frontend messages: length → in bytes, not characters', () => {
    expect(passwordMessage('é').toString('hex')).toBe('7000000007c3a900')
    expect(saslInitialResponse('M', 'é').toString('hex')).toBe('700000000c4d0000000002c3a9')
  })

  test.each([
    ['user', () => startupMessage({ user: 'app\0replication\0true' })],
    ['parameter', () => startupMessage({ 'user\0app': 'x' })],
    ['password', () => passwordMessage('canary\0')],
    ['statement', () => query('SELECT 1\0; DROP TABLE t')],
  ])('frontend messages: a NUL in the %s → refused', (parameter, make) => {
    const message = `${parameter} contains a NUL character, where PostgreSQL takes it to end; remove it`
    expect(make).toThrow(new ConfigurationError([{ parameter, severity: 'refuse', message }]))
  })
})
