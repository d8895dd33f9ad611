import { describe, expect, test } from 'vitest'
import { conninfoOf } from '../../src/oracle/conninfo.ts'
import { parseCsv } from '../../src/oracle/csv.ts'
import { refusalOfLibpq } from '../../src/oracle/refusal-of-libpq.ts'

const AT = 'connection to server at "db.test" (127.0.0.1), port 5432 failed: '

describe('refusalOfLibpq', () => {
  test.each([
    ['invalid sslmode value: "verify_full"', 'config'],
    ['weak sslmode "require" may not be used with sslrootcert=system (use "verify-full")', 'config'],
    ['definition of service "other" not found', 'config'],
    [`${AT}root certificate file "/nowhere/root.crt" does not exist`, 'no-root'],
    [`${AT}could not read root certificate file "x": no certificate or crl found`, 'bad-root'],
    [`${AT}SSL error: certificate verify failed`, 'verify'],
    [`${AT}server certificate for "a.test" does not match host name "b.test"`, 'name'],
    [`${AT}server does not support SSL, but SSL was required`, 'no-tls'],
    [`${AT}SSL error: unsupported protocol`, 'tls'],
    [`${AT}received unencrypted data after SSL response`, 'protocol'],
    [`${AT}FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "u", database "d", no encryption`, 'hba'],
    [`${AT}FATAL:  password authentication failed for user "u"`, 'password'],
    [
      `${AT}authentication method requirement "scram-sha-256" failed: server requested a cleartext password`,
      'auth-method',
    ],
    [`${AT}channel binding required, but server authenticated client without channel binding`, 'channel-binding'],
    [`${AT}certificate present, but not private key file "x"`, 'client-certificate'],
    [`${AT}private key file "x" has group or world access; file must have permissions u=rw (0600)`, 'key-permissions'],
    [`${AT}requirepeer specifies "nobody", but actual peer user name is "root"`, 'peer'],
    [`${AT}session is read-only`, 'session-attributes'],
    [`${AT}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`, 'network'],
    [`${AT}timeout expired`, 'timeout'],
    [`${AT}FATAL:  database "nowhere" does not exist`, 'server'],
    ['something that no version says', 'unknown'],
  ])('%s → %s', (message, reason) => {
    expect(refusalOfLibpq(message)).toEqual({ reason, message })
  })

  test('several attempts → the reason of the last, the others in earlier', () => {
    const message = `${AT}SSL error: certificate verify failed\n${AT}FATAL:  no pg_hba.conf entry for host`
    expect(refusalOfLibpq(message)).toEqual({ reason: 'hba', earlier: ['verify'], message })
  })

  test('a warning before the first attempt → not an attempt', () => {
    const message = `WARNING: password file "x" has group or world access\n${AT}fe_sendauth: no password supplied`
    expect(refusalOfLibpq(message)).toEqual({ reason: 'password', message })
  })
})

describe('conninfoOf', () => {
  const request = { environment: {}, timeoutMs: 1 }

  test('values → quoted', () => {
    expect(conninfoOf({ ...request, parameters: { password: "it's a \\" } })).toBe("password='it\\'s a \\\\'")
  })

  test('a URI with parameters → the parameters override it', () => {
    const uri = 'postgresql://h/db?sslmode=prefer'
    expect(conninfoOf({ ...request, uri, parameters: { sslrootcert: '/a b' } })).toBe(`${uri}&sslrootcert=%2Fa%20b`)
    expect(conninfoOf({ ...request, uri, parameters: {} })).toBe(uri)
  })
})

test('parseCsv: quotes, commas and line ends → read', () => {
  expect(parseCsv('a,b\n1,"x, ""y""\nz"\n,\n')).toEqual([
    { a: '1', b: 'x, "y"\nz' },
    { a: '', b: '' },
  ])
  expect(parseCsv('')).toEqual([])
})
