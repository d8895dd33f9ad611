import { describe, expect, test } from 'vitest'
import { AttemptLog } from '../../src/dial/attempt-log.ts'
import { ConnectError } from '../../src/errors/connect-error.ts'
import { ServerError } from '../../src/errors/server-error.ts'
import { tcp } from '../addresses/endpoints.ts'

const ENDPOINT = tcp('db.example', 5432)

/** The error of a search whose attempts, all over TLS, failed in this way. */
function after(...failures: Error[]): Error & { code?: string } {
  const log = new AttemptLog()
  for (const failure of failures) {
    log.begin({ endpoint: ENDPOINT, address: '10.0.0.1', kind: 'tls' })
    log.add(failure)
  }
  return log.final() as Error
}

const withCode = (code: string, message: string) => Object.assign(new Error(message), { code, syscall: 'read' })

describe('attempt log: error of a search', () => {
  test("a refusal of the server → the server's own error, which drivers know", () => {
    const refusal = new ServerError('no', '28P01', {}, 0)
    expect(after(refusal)).toBe(refusal)
    expect(refusal.cause).toBeUndefined()
  })

  test('earlier attempts → in its cause', () => {
    const refusal = new ServerError('no', '28P01', {}, 0)
    expect(after(withCode('ECONNREFUSED', 'refused'), refusal)).toBe(refusal)
    expect(refusal.cause).toMatchObject({
      code: '28P01',
      message:
        'cannot connect to any host:\n  db.example:5432 (10.0.0.1), TLS: refused\n  db.example:5432 (10.0.0.1), TLS: no',
    })
  })

  test('a system error → its code, and the error as cause', () => {
    const reset = withCode('ECONNRESET', 'read ECONNRESET')
    const error = after(reset)
    expect(error).toBeInstanceOf(ConnectError)
    expect(error).toMatchObject({ code: 'ECONNRESET', cause: reset })
    expect(error.message).toBe('cannot connect to db.example:5432 (10.0.0.1), TLS: read ECONNRESET')
  })
})
