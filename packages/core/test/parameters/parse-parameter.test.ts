import { describe, expect, test } from 'vitest'
import { PARAMETER_NAMES, type ParameterName, parameter } from '../../src/parameters/parameters.ts'
import { parseBoolean, parseParameter } from '../../src/parameters/parse-parameter.ts'

describe('parseParameter: valid values of enumerations', () => {
  const rows = PARAMETER_NAMES.flatMap((name) => {
    const { values = [], unsupported = {} } = parameter(name)
    return values.filter((value) => !(value in Object(unsupported))).map((value) => [name, value] as const)
  })
  test.each(rows)('%s=%s', (name, value) => {
    expect(parseParameter(name, { value, source: 'url' })).toEqual({ value })
  })
})

describe('parseParameter: values that are no text', () => {
  test.each<[ParameterName, string, unknown]>([
    ['ssl_min_protocol_version', 'tlsv1.3', 'TLSv1.3'],
    ['connect_timeout', ' 10 ', 10],
    ['connect_timeout', '-1', -1],
    ['keepalives_idle', '+5', 5],
    ['sslsni', '0', false],
    ['sslsni', '1', true],
    ['options', '-c a=b', '-c a=b'],
    ['krbsrvname', 'x', 'x'],
  ])('%s=%j', (name, value, expected) => {
    expect(parseParameter(name, { value, source: 'url' })).toEqual({ value: expected })
  })
})

describe('parseParameter: invalid → refused with value, source and fix', () => {
  const legal = 'it must be disable, allow, prefer, require, verify-ca or verify-full'
  test.each<[ParameterName, string, string]>([
    ['sslmode', 'verify_full', 'invalid sslmode value "verify_full" (from PGSSLMODE); did you mean verify-full?'],
    ['sslmode', 'REQUIRE', 'invalid sslmode value "REQUIRE" (from PGSSLMODE); did you mean require?'],
    ['sslmode', 'required', 'invalid sslmode value "required" (from PGSSLMODE); did you mean require?'],
    ['sslmode', 'verify', 'invalid sslmode value "verify" (from PGSSLMODE); did you mean verify-full?'],
    ['sslmode', 'true', 'invalid sslmode value "true" (from PGSSLMODE); use verify-full'],
    ['sslmode', 'constructor', `invalid sslmode value "constructor" (from PGSSLMODE); ${legal}`],
    ['sslmode', 'x\n\u001b[31m', `invalid sslmode value "x\\x0a\\x1b[31m" (from PGSSLMODE); ${legal}`],
    [
      'sslmode',
      'no-verify',
      'invalid sslmode value "no-verify" (from PGSSLMODE); it turns verification off: use verify-full, with the CA certificate of the server in sslrootcert where the CA is private',
    ],
    ['sslnegotiation', 'Direct', 'invalid sslnegotiation value "Direct" (from PGSSLMODE); did you mean direct?'],
    ['sslcertmode', 'on', 'invalid sslcertmode value "on" (from PGSSLMODE); it must be disable, allow or require'],
    ['channel_binding', 'requre', 'invalid channel_binding value "requre" (from PGSSLMODE); did you mean require?'],
    [
      'target_session_attrs',
      'read_write',
      'invalid target_session_attrs value "read_write" (from PGSSLMODE); did you mean read-write?',
    ],
    [
      'load_balance_hosts',
      'yes',
      'invalid load_balance_hosts value "yes" (from PGSSLMODE); it must be disable or random',
    ],
    [
      'ssl_max_protocol_version',
      'SSLv3',
      'invalid ssl_max_protocol_version value "SSLv3" (from PGSSLMODE); it must be TLSv1.2 or TLSv1.3',
    ],
    [
      'ssl_min_protocol_version',
      '1.2',
      'invalid ssl_min_protocol_version value "1.2" (from PGSSLMODE); it must be TLSv1.2 or TLSv1.3',
    ],
    ['connect_timeout', '10s', 'invalid connect_timeout value "10s" (from PGSSLMODE); it must be an integer'],
    [
      'connect_timeout',
      '2147483648',
      'invalid connect_timeout value "2147483648" (from PGSSLMODE); it must be an integer',
    ],
    ['sslsni', 'true', 'invalid sslsni value "true" (from PGSSLMODE); it must be 0 or 1'],
  ])('%s=%j', (name, value, message) => {
    expect(parseParameter(name, { value, source: 'PGSSLMODE' })).toEqual({
      problem: { parameter: name, severity: 'refuse', message },
    })
  })
})

describe('parseParameter: unsupported → refused with the reason', () => {
  test.each<[ParameterName, string, string]>([
    [
      'gssencmode',
      'require',
      'gssencmode=require (from url) is not supported: it does not do GSSAPI encryption; use TLS with sslmode=verify-full; remove it',
    ],
    [
      'sslcompression',
      '1',
      'sslcompression=1 (from url) is not supported: compression gives away what is encrypted, and TLS 1.3 has none; remove it',
    ],
    [
      'min_protocol_version',
      '3.2',
      'min_protocol_version=3.2 (from url) is not supported: it speaks protocol 3.0, as every server does; remove it',
    ],
    [
      'oauth_client_secret',
      'CANARY',
      'oauth_client_secret (from url) is not supported: it does not do OAUTHBEARER; use a password, a client certificate or a credentials provider; remove it',
    ],
    [
      'scram_client_key',
      'CANARY',
      'scram_client_key (from url) is not supported: it does not take SCRAM keys in place of the password; use a password or a credentials provider; remove it',
    ],
    [
      'sslkeylogfile',
      '/tmp/k',
      'sslkeylogfile=/tmp/k (from url) is not supported: a key log lets anyone who reads it decrypt the connection; remove it',
    ],
  ])('%s=%s', (name, value, message) => {
    expect(parseParameter(name, { value, source: 'url' })).toEqual({
      problem: { parameter: name, severity: 'refuse', message },
    })
  })
})

describe('DB_SSL: booleans', () => {
  test.each([
    ['true', true],
    ['1', true],
    ['on', true],
    ['yes', true],
    ['True', true],
    ['false', false],
    ['0', false],
    ['off', false],
    ['no', false],
  ])('%s', (value, expected) => {
    expect(parseBoolean('DB_SSL', { value, source: 'DB_SSL' })).toEqual({ value: expected })
  })

  test.each(['require', '{}', 'null', 'y'])('%s → refused', (value) => {
    expect(parseBoolean('DB_SSL', { value, source: 'DB_SSL' })).toEqual({
      problem: {
        parameter: 'DB_SSL',
        severity: 'refuse',
        message: `invalid DB_SSL value "${value}"; it must be true or false`,
      },
    })
  })
})
