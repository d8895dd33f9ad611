import { rule } from '../rule.ts'
import { REFUSE_FROM_STAGING, severities } from '../severities.ts'

/** Rules about the TLS of a session. */
export const SESSION = [
  rule({
    id: 'tls-protocol-old',
    needs: 'session',
    severity: REFUSE_FROM_STAGING,
    relaxable: true,
    why: 'TLS 1.0 and 1.1 have known attacks, and RFC 8996 forbids them',
    references: ['https://www.rfc-editor.org/rfc/rfc8996', 'https://www.rfc-editor.org/rfc/rfc9325#section-3.1.1'],
    check: ({ tls, peer }) =>
      tls && OLD_PROTOCOLS.has(tls.protocol)
        ? [
            {
              what: `${tls.protocol} in the connection to ${peer}`,
              fix: 'remove ssl_min_protocol_version from the settings, and raise it to TLSv1.2 on the server',
            },
          ]
        : [],
  }),
  rule({
    id: 'tls-cipher-weak',
    needs: 'session',
    severity: severities({ development: 'note', staging: 'warn', strict: 'refuse' }),
    relaxable: true,
    why: 'without forward secrecy a stolen key decrypts recorded connections, and ciphers without AEAD have known attacks',
    references: ['https://www.rfc-editor.org/rfc/rfc9325#section-4.2'],
    check: ({ tls, peer }) =>
      tls && !isStrong(tls.cipher)
        ? [
            {
              what: `the cipher ${tls.cipher} of the connection to ${peer}`,
              fix: 'allow TLS 1.3 on the server, and only ECDHE with AES-GCM or ChaCha20 for TLS 1.2 (ssl_ciphers)',
            },
          ]
        : [],
  }),
  rule({
    id: 'key-exchange-classical',
    needs: 'session',
    severity: severities({ staging: 'note' }),
    relaxable: true,
    why: 'a connection that is recorded today can be decrypted with a quantum computer later',
    references: ['https://csrc.nist.gov/pubs/fips/203/final'],
    check: ({ tls, peer }) =>
      tls?.keyExchange === 'classical'
        ? [
            {
              what: `a classical key exchange (${tls.group}) with ${peer}`,
              fix: "use PostgreSQL 18 with OpenSSL 3.5 and ssl_groups = 'X25519MLKEM768:X25519:prime256v1', and keyExchange=hybrid to demand it",
            },
          ]
        : [],
  }),
] as const

const OLD_PROTOCOLS: ReadonlySet<string> = new Set(['SSLv3', 'TLSv1', 'TLSv1.1'])

/** True for forward secrecy with an AEAD; every suite of TLS 1.3 has both. */
function isStrong(cipher: string): boolean {
  return cipher.startsWith('TLS_') || /^(ECDHE|DHE)-.*(GCM|CHACHA20|CCM)/.test(cipher)
}
