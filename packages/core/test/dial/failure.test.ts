import { describe, expect, test } from 'vitest'
import { failedAttempt, finalError } from '../../src/dial/failure.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { TlsError } from '../../src/errors/tls-error.ts'

const ENDPOINT = { host: 'db.example', port: 5432 }

/** What a search ends with whose attempts, all over TLS, failed so. */
function after(...failures: Error[]): Error & { code?: string } {
  const attempts = failures.map((failure) => failedAttempt(failure, ENDPOINT, '10.0.0.1', 'tls'))
  return finalError(failures.at(-1), attempts) as Error
}

const withCode = (code: string, message: string) => Object.assign(new Error(message), { code, syscall: 'read' })

describe('the error that a search ends with', () => {
  test("is the server's own refusal, which drivers know", () => {
    const refusal = new ServerError('no', '28P01', {}, 0)
    expect(after(refusal)).toBe(refusal)
    expect(refusal.cause).toBeUndefined()
  })

  test('tells of the attempts before it, in its cause', () => {
    const refusal = new ServerError('no', '28P01', {}, 0)
    expect(after(withCode('ECONNREFUSED', 'refused'), refusal)).toBe(refusal)
    expect(refusal.cause).toMatchObject({
      code: '28P01',
      message:
        'cannot connect to any host:\n  db.example:5432 (10.0.0.1), TLS: refused\n  db.example:5432 (10.0.0.1), TLS: no',
    })
  })

  test("keeps a system error's code, and the error itself as its cause", () => {
    const reset = withCode('ECONNRESET', 'read ECONNRESET')
    const error = after(reset)
    expect(error).toBeInstanceOf(ConnectError)
    expect(error).toMatchObject({ code: 'ECONNRESET', cause: reset })
    expect(error.message).toBe('cannot connect to db.example:5432 (10.0.0.1), TLS: read ECONNRESET')
  })

  // With TLS 1.3 the server says so only when our part of the handshake is over.
  test.each([
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
  ])('names the client certificate where the server says %s', (code) => {
    const error = after(withCode(code, 'alert'))
    expect(error).toBeInstanceOf(TlsError)
    expect(error).toMatchObject({
      code: 'TLS_CLIENT_CERTIFICATE',
      message: `db.example:5432 requires a client certificate that it trusts, and refused ours (${code}); set sslcert and sslkey`,
    })
  })

  test('names TLS where the server ends it otherwise', () => {
    expect(after(withCode('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 'alert'))).toMatchObject({
      code: 'TLS_HANDSHAKE',
      message: 'db.example:5432 ended TLS (ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR)',
    })
  })
})
