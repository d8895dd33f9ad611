import { createDiffieHellman } from 'node:crypto'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { outcomeOf } from './refusal.ts'

const { root, servers } = await createHierarchy()
const trusted = { sslrootcert: root.certificate }
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const

describe('handshake: no common protocol version → which setting of which side', () => {
  test.each([
    [
      'server has TLS 1.1 only',
      {},
      OLD,
      /the server speaks neither TLSv1\.2 nor TLSv1\.3, and older versions are not safe; raise ssl_max_protocol_version at the server, or update its OpenSSL$/,
    ],
    [
      'server has TLS 1.2, ssl_min_protocol_version=TLSv1.3',
      { minVersion: 'TLSv1.3' },
      { maxVersion: 'TLSv1.2' },
      /the server does not speak TLSv1\.3, which ssl_min_protocol_version demands; update the server, or set TLSv1\.2$/,
    ],
    [
      'server has TLS 1.3, ssl_max_protocol_version=TLSv1.2',
      { maxVersion: 'TLSv1.2' },
      { minVersion: 'TLSv1.3' },
      /the server does not speak TLSv1\.2, the only version that ssl_max_protocol_version allows; remove that setting$/,
    ],
  ] as const)('%s', async (_, ours, theirs, hint) => {
    const outcome = await outcomeOf({ ...trusted, ...ours }, servers.good, theirs)
    expect(outcome).toMatch(/^TLS_HANDSHAKE: the TLS handshake with db\.test:5432 failed \(ERR_SSL_[A-Z0-9_]+\): /)
    expect(outcome).toMatch(hint)
  })

  test('both have TLS 1.2 → accepted', async () => {
    expect(await outcomeOf({ ...trusted, maxVersion: 'TLSv1.2' }, servers.good, { minVersion: 'TLSv1.2' })).toBe(
      'accepted',
    )
  })
})

describe('handshake: Diffie-Hellman group', () => {
  const DHE = { ciphers: 'DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const

  test('1024 bits → TLS_WEAK, and the certificate is not blamed', async () => {
    const prime = createDiffieHellman(1024).getPrime()
    const outcome = await outcomeOf(trusted, servers.rsa, { ...DHE, dhparam: dhParameters(prime) })
    expect(outcome).toBe(
      'TLS_WEAK: the TLS handshake with db.test:5432 failed (ERR_SSL_DH_KEY_TOO_SMALL): the server uses a Diffie-Hellman group of less than 2048 bits; leave ssl_dh_params_file out of its configuration, or give it a group of 2048 bits or more',
    )
  })

  test("OpenSSL's own choice → accepted", async () => {
    expect(await outcomeOf(trusted, servers.rsa, { ...DHE, dhparam: 'auto' })).toBe('accepted')
  })
})

/** PEM of PKCS#3 DHParameter. */
function dhParameters(prime: Buffer): string {
  const integer = (bytes: Buffer) => {
    const padded = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
    return Buffer.concat([Buffer.from([0x02]), length(padded.length), padded])
  }
  const length = (size: number) =>
    size < 128
      ? Buffer.from([size])
      : size < 256
        ? Buffer.from([0x81, size])
        : Buffer.from([0x82, size >> 8, size & 255])
  const body = Buffer.concat([integer(prime), integer(Buffer.from([2]))])
  const der = Buffer.concat([Buffer.from([0x30]), length(body.length), body])
  return `-----BEGIN DH PARAMETERS-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END DH PARAMETERS-----\n`
}
