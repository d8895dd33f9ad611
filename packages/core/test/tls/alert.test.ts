import { describe, expect, test } from 'vitest'
import { TlsError } from '../../src/errors/tls-error.ts'
import { endOfTls } from '../../src/tls/alert.ts'

const alert = (code: string) => Object.assign(new Error('alert'), { code })
const ended = (code: string) => endOfTls(alert(code), 'db.example:5432', undefined)

describe('endOfTls: an alert while reading', () => {
  test.each([
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
  ])('%s without a client certificate → TLS_CLIENT_CERTIFICATE', (code) => {
    const error = ended(code)
    expect(error).toBeInstanceOf(TlsError)
    expect(error).toMatchObject({
      code: 'TLS_CLIENT_CERTIFICATE',
      message: `db.example:5432 requires a client certificate (${code}); set sslcert and sslkey`,
      cause: { code },
    })
  })

  test('about anything else → TLS_HANDSHAKE', () => {
    expect(ended('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR')).toMatchObject({
      code: 'TLS_HANDSHAKE',
      message: 'db.example:5432 ended TLS (ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR)',
    })
  })

  test('an error that is no alert → the same error', () => {
    const reset = alert('ECONNRESET')
    expect(endOfTls(reset, 'db.example:5432', undefined)).toBe(reset)
  })
})
