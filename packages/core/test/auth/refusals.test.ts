import { describe, expect, test } from 'vitest'
import { AuthenticationError } from '../../src/errors/authentication-error.ts'
import { CredentialsError } from '../../src/errors/credentials-error.ts'
import { authentication, authenticationOk, sasl } from '../wire/backend-messages.ts'
import { CLEARTEXT, MD5, meet, ONLY_SCRAM, OUT_OF_ORDER, PLAIN, REQUIRED, TERMS, VERIFIED } from './meet.ts'

describe('authenticate: a request that must not be answered → refused before anything is sent', () => {
  const unbound = (what: string) =>
    `channel_binding=require (from PGCHANNELBINDING) cannot be met: the server ${what}; a pooler or proxy that ends TLS may be in the path: connect to the server itself, or set channel_binding=prefer`
  const disallowed = (what: string) =>
    `the server ${what}, and require_auth=scram-sha-256 (from PGREQUIREAUTH) does not allow that`
  const unsupported = (what: string) =>
    `the server asks for ${what}, which is not supported; configure scram-sha-256 or certificate authentication in pg_hba.conf`

  test.each([
    ['cleartext over plaintext', [CLEARTEXT], PLAIN, TERMS, 'AUTH_EXPOSED', exposed('password')],
    ['md5 over plaintext', [MD5], PLAIN, TERMS, 'AUTH_EXPOSED', exposed('md5')],
    [
      'cleartext over TLS that verifies the chain only',
      [CLEARTEXT],
      { ...VERIFIED, verification: 'ca' as const },
      TERMS,
      'AUTH_EXPOSED',
      unverified('password'),
    ],
    [
      'md5 over unverified TLS',
      [MD5],
      { ...VERIFIED, verification: 'none' as const },
      TERMS,
      'AUTH_EXPOSED',
      unverified('md5'),
    ],
    [
      'cleartext, require_auth',
      [CLEARTEXT],
      VERIFIED,
      ONLY_SCRAM,
      'AUTH_METHOD',
      disallowed('asks for password authentication'),
    ],
    ['md5, require_auth', [MD5], VERIFIED, ONLY_SCRAM, 'AUTH_METHOD', disallowed('asks for md5 authentication')],
    [
      'GSS, require_auth',
      [authentication(7)],
      VERIFIED,
      ONLY_SCRAM,
      'AUTH_METHOD',
      disallowed('asks for gss authentication'),
    ],
    [
      'OAuth, require_auth',
      [sasl('OAUTHBEARER')],
      VERIFIED,
      ONLY_SCRAM,
      'AUTH_METHOD',
      disallowed('asks for oauth authentication'),
    ],
    [
      'no authentication, require_auth',
      [authenticationOk],
      VERIFIED,
      ONLY_SCRAM,
      'AUTH_METHOD',
      disallowed('did not ask for authentication'),
    ],
    [
      'cleartext, channel_binding',
      [CLEARTEXT],
      VERIFIED,
      REQUIRED,
      'AUTH_CHANNEL_BINDING',
      unbound('asks for password authentication'),
    ],
    ['md5, channel_binding', [MD5], VERIFIED, REQUIRED, 'AUTH_CHANNEL_BINDING', unbound('asks for md5 authentication')],
    [
      'no authentication, channel_binding',
      [authenticationOk],
      VERIFIED,
      REQUIRED,
      'AUTH_CHANNEL_BINDING',
      unbound('authenticated us without a password'),
    ],
    [
      'unbound SCRAM, channel_binding',
      [sasl('SCRAM-SHA-256')],
      VERIFIED,
      REQUIRED,
      'AUTH_CHANNEL_BINDING',
      unbound('offers SCRAM-SHA-256 only'),
    ],
    [
      'an unbindable certificate, channel_binding',
      [sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256')],
      { ...VERIFIED, endpointBinding: undefined },
      REQUIRED,
      'AUTH_CHANNEL_BINDING',
      unbound(
        'has a certificate whose signature algorithm defines no channel binding (RFC 5929); give it an RSA or ECDSA certificate',
      ),
    ],
    [
      'an offer of binding without TLS',
      [sasl('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256')],
      PLAIN,
      TERMS,
      'AUTH_CHANNEL_BINDING',
      'the server offers SCRAM-SHA-256-PLUS over an unencrypted connection: something between us took the TLS away',
    ],
    [
      'binding alone, where it is disabled',
      [sasl('SCRAM-SHA-256-PLUS')],
      VERIFIED,
      { ...TERMS, channelBinding: { value: 'disable' as const, source: 'test' } },
      'AUTH_UNSUPPORTED',
      'the server offers no SASL mechanism that is supported (SCRAM-SHA-256-PLUS)',
    ],
    [
      'OAuth',
      [sasl('OAUTHBEARER')],
      VERIFIED,
      TERMS,
      'AUTH_UNSUPPORTED',
      'the server offers no SASL mechanism that is supported (OAUTHBEARER)',
    ],
    ['GSS', [authentication(7)], VERIFIED, TERMS, 'AUTH_UNSUPPORTED', unsupported('gss authentication (request 7)')],
    ['SSPI', [authentication(9)], VERIFIED, TERMS, 'AUTH_UNSUPPORTED', unsupported('sspi authentication (request 9)')],
    [
      'Kerberos V5',
      [authentication(2)],
      VERIFIED,
      TERMS,
      'AUTH_UNSUPPORTED',
      unsupported('unknown authentication (request 2)'),
    ],
    ['SASLContinue out of the blue', [authentication(11)], VERIFIED, TERMS, 'AUTH_SERVER', OUT_OF_ORDER],
    ['SASLFinal out of the blue', [authentication(12)], VERIFIED, TERMS, 'AUTH_SERVER', OUT_OF_ORDER],
  ] as const)('%s', async (_what, requests, link, terms, code, text) => {
    const { outcome, sent } = await meet(requests, link, terms)
    expect(outcome).toEqual(new AuthenticationError(code, text))
    expect(outcome).toMatchObject({ code })
    expect(sent).toHaveLength(0)
  })

  test.each([CLEARTEXT, MD5, sasl('SCRAM-SHA-256')])(
    'a password request without a password → refused',
    async (request) => {
      const { outcome, sent } = await meet([request], VERIFIED, TERMS, { user: 'app' })
      expect(outcome).toBeInstanceOf(CredentialsError)
      expect((outcome as Error).message).toMatch(
        /^the server asks for (password|md5|scram-sha-256) authentication and no password is configured; set password, /,
      )
      expect(outcome).toMatchObject({ code: 'CREDENTIALS_MISSING', retryable: false })
      expect(sent).toHaveLength(0)
    },
  )
})

function exposed(method: string): string {
  return `the server asks for ${method} authentication over an unencrypted connection, where anyone on the network could read the password; use sslmode=verify-full, and scram-sha-256 on the server`
}

function unverified(method: string): string {
  return `the server asks for ${method} authentication and its identity is not verified, so it may be anyone; use sslmode=verify-full`
}
