import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AuthenticationMethod, parseRequireAuth } from '../../src/auth/require-auth.ts'

const from = (value: string) => ({ value, source: 'PGREQUIREAUTH' })

describe('require_auth: allowed or forbidden methods', () => {
  test.each<[string, AuthenticationMethod[]]>([
    ['scram-sha-256', ['scram-sha-256']],
    ['none', ['none']],
    ['password,md5', ['password', 'md5']],
    [' scram-sha-256 , none ', ['scram-sha-256', 'none']],
    [
      'password,md5,gss,sspi,scram-sha-256,oauth,none',
      ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth', 'none'],
    ],
    ['!password', ['md5', 'gss', 'sspi', 'scram-sha-256', 'oauth', 'none']],
    ['!none', ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth']],
    ['!password,!md5', ['gss', 'sspi', 'scram-sha-256', 'oauth', 'none']],
    ['!password,!md5,!gss,!sspi,!scram-sha-256,!oauth,!none', []],
  ])('%s', (value, methods) => {
    expect(parseRequireAuth(from(value))).toEqual({ allowed: new Set(methods), origin: from(value) })
  })
})

describe('require_auth: invalid for libpq → a problem', () => {
  const all = 'password, md5, gss, sspi, scram-sha-256, oauth, none'
  test.each([
    ['', `unknown method ""; use one or more of ${all}`],
    ['kerberos', `unknown method "kerberos"; use one or more of ${all}`],
    ['passwort', 'unknown method "passwort"; did you mean password?'],
    ['SCRAM-SHA-256', 'unknown method "SCRAM-SHA-256"; did you mean scram-sha-256?'],
    ['scram', 'unknown method "scram"; did you mean scram-sha-256?'],
    ['scram-sha-256,', `unknown method ""; use one or more of ${all}`],
    ['!', `unknown method ""; use one or more of ${all}`],
    ['!!password', 'unknown method "!password"; did you mean password?'],
    ['md5,md5', 'method "md5" is listed twice; list it once'],
    ['!md5,!md5', 'method "md5" is listed twice; list it once'],
    ['md5,!md5', 'method "md5" is listed twice; list it once'],
    ['scram-sha-256,!md5', 'allowed and forbidden (!) methods cannot be mixed; list either kind'],
    ['!md5,scram-sha-256', 'allowed and forbidden (!) methods cannot be mixed; list either kind'],
  ])('%j', (value, what) => {
    expect(parseRequireAuth(from(value))).toEqual({
      parameter: 'require_auth',
      severity: 'refuse',
      message: `invalid require_auth value "${value}" (from PGREQUIREAUTH): ${what}`,
    })
  })

  test('require_auth: any text → a list or a problem', () => {
    const word = fc.oneof(fc.constantFrom('password', '!password', 'md5', '!md5', 'none', '!', ' ', ''), fc.string())
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const parsed = parseRequireAuth(from(words.join(',')))
        expect('allowed' in parsed || parsed.message.startsWith('invalid require_auth value ')).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
