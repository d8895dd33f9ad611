import { connect } from 'node:net'
import { createServer, connect as secureConnect } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { createHierarchy } from '../../src/certificates/hierarchy.ts'
import { refusalOf } from '../../src/suite/refusal-of.ts'

const withCode = (code: string, more: object = {}) => Object.assign(new Error('no'), { code, ...more })
const reasonOf = (error: unknown) => refusalOf(error).reason

describe('refusalOf, Verifull’s errors', () => {
  test.each([
    ['TLS_NOT_OFFERED', 'no-tls'],
    ['TLS_ISSUER', 'verify'],
    ['TLS_NAME', 'name'],
    ['AUTH_EXPOSED', 'auth-method'],
    ['CREDENTIALS_MISSING', 'password'],
    ['POLICY', 'config'],
    ['WRONG_ROLE', 'session-attributes'],
    ['WRONG_PEER', 'peer'],
  ])('%s → %s', (code, reason) => {
    expect(reasonOf(withCode(code))).toBe(reason)
  })

  test.each([
    ['sslrootcert', 'no such file: root.crt', 'no-root'],
    ['sslrootcert', 'root.crt is not a certificate', 'bad-root'],
    ['sslkey', 'client.key can be read by others', 'key-permissions'],
    ['sslkey', 'client.key does not fit client.crt', 'client-certificate'],
    ['sslcert', 'no such file: client.crt', 'client-certificate'],
    ['sslmode', 'invalid sslmode value "verify_full"', 'config'],
  ])('a problem with %s (%s) → %s', (parameter, message, reason) => {
    expect(reasonOf(withCode('CONFIGURATION', { problems: [{ parameter, message }] }))).toBe(reason)
  })
})

describe('refusalOf, the server’s errors', () => {
  test.each([
    ['28000', 'hba'],
    ['28P01', 'password'],
    ['3D000', 'server'],
    ['53300', 'server'],
    ['XX000', 'server'],
  ])('SQLSTATE %s → %s', (code, reason) => {
    expect(reasonOf(withCode(code))).toBe(reason)
  })
})

describe('refusalOf, Node’s errors', () => {
  test.each([
    ['ECONNREFUSED', 'network'],
    ['EPIPE', 'network'],
    ['ENOTFOUND', 'network'],
    ['ETIMEDOUT', 'timeout'],
    ['EPROTO', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client-certificate'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client-certificate'],
    ['ERR_OSSL_PEM_NO_START_LINE', 'config'],
    ['UNABLE_TO_GET_CRL', 'verify'],
    ['CRL_HAS_EXPIRED', 'verify'],
    ['EE_KEY_TOO_SMALL', 'verify'],
  ])('%s → %s', (code, reason) => {
    expect(reasonOf(withCode(code))).toBe(reason)
  })

  test('ENOENT of open → config; of connect → network', () => {
    expect(reasonOf(withCode('ENOENT', { syscall: 'open' }))).toBe('config')
    expect(reasonOf(withCode('ENOENT', { syscall: 'connect' }))).toBe('network')
  })

  test('errors of real connects → their reasons', async () => {
    const { root, otherRoot, servers } = await createHierarchy()
    const server = createServer({ cert: servers.otherHost.chain, key: servers.otherHost.key })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const failure = (start: () => ReturnType<typeof connect>) =>
      new Promise<unknown>((resolve) => start().once('error', resolve))
    const ca = [root, otherRoot].map(({ certificate }) => certificate)
    const to = { host: '127.0.0.1', port, servername: 'db.test' }
    expect(reasonOf(await failure(() => secureConnect({ ...to, ca: otherRoot.certificate })))).toBe('verify')
    expect(reasonOf(await failure(() => secureConnect({ ...to, ca })))).toBe('name')
    await new Promise((resolve) => server.close(resolve))
    expect(reasonOf(await failure(() => connect({ host: '127.0.0.1', port })))).toBe('network')
  })
})

describe('refusalOf, errors without a code', () => {
  test.each([
    ['The server does not support SSL connections', 'no-tls'],
    ['There was an error establishing an SSL connection', 'protocol'],
    ['timeout expired', 'timeout'],
    ['Connection terminated due to connection timeout', 'timeout'],
    ['timeout exceeded when trying to connect', 'timeout'],
    ['Knex: Timeout acquiring a connection. The pool is probably full.', 'timeout'],
    ['Connection terminated unexpectedly', 'network'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'password'],
    ['SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match', 'protocol'],
    ['something else', 'unknown'],
  ])('%s → %s', (message, reason) => {
    expect(refusalOf(new Error(message))).toEqual({ reason, message: `Error: ${message}` })
  })

  test.each([undefined, null, 'text', 7])('%s → unknown', (thrown) => {
    expect(refusalOf(thrown)).toEqual({ reason: 'unknown', message: String(thrown) })
  })
})

describe('refusalOf, wrapped errors', () => {
  const driverError = withCode('28P01')

  test.each(['cause', 'original', 'parent', 'driverError'])('in %s → found', (place) => {
    expect(reasonOf(Object.assign(new Error('wrapped'), { [place]: driverError }))).toBe('password')
  })

  test('nested in an AggregateError → found', () => {
    const deep = new Error('outer', { cause: new AggregateError([new Error('other'), driverError]) })
    expect(reasonOf(deep)).toBe('password')
  })

  test('a code inside and a message outside → the code wins', () => {
    expect(reasonOf(new Error('timeout expired', { cause: driverError }))).toBe('password')
  })

  test('an error that is its own cause → ends', () => {
    const circle = new Error('round') as Error & { cause?: unknown }
    circle.cause = circle
    expect(reasonOf(circle)).toBe('unknown')
  })
})
