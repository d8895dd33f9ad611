import { createAuthority, daysAway } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { outcomeOf } from './refusal.ts'

const NAMES = { usage: 'server', dnsNames: ['db.test'] } as const
const KEEP = 'do not disable verification: anyone on the network could read the password'
const DOWNLOAD = 'download the CA certificate of the server and set sslrootcert (DB_SSL_CA) to it'

const root = await createAuthority({ name: 'Root A' })
const renewed = await createAuthority({ name: 'Root A' })
const other = await createAuthority({ name: 'Root B' })
const intermediate = await createAuthority({ name: 'Intermediate A', parent: root })
const direct = await root.issue(NAMES)
const below = await intermediate.issue(NAMES)
const selfSigned = await root.issue({ ...NAMES, commonName: 'db.test', selfSigned: true })
const selfSignedAgain = await root.issue({ ...NAMES, commonName: 'db.test', selfSigned: true })

const strange = await other.issue(NAMES)

const from = 'sslrootcert (PGSSLROOTCERT)'

describe('verification: a link of the chain is missing → the message names it', () => {
  test.each([
    [
      'root of another CA, leaf signed by the root',
      other.certificate,
      direct,
      `is issued by "Root A", which does not lead to a root in ${from}; ${DOWNLOAD}; if "Root A" is an intermediate CA, the server has to send its certificate as well (append it to ssl_cert_file); ${KEEP}`,
    ],
    [
      'server sends no intermediate',
      root.certificate,
      { chain: below.certificate, key: below.key },
      `is issued by "Intermediate A", which does not lead to a root in ${from}; ${DOWNLOAD}; if "Intermediate A" is an intermediate CA, the server has to send its certificate as well (append it to ssl_cert_file); ${KEEP}`,
    ],
    [
      'root of another CA, server sends its intermediate',
      other.certificate,
      below,
      `is issued by "Intermediate A", which does not lead to a root in ${from}: "Root A" is missing; ${DOWNLOAD}; ${KEEP}`,
    ],
    [
      'root of another CA, server sends its root as well',
      other.certificate,
      { chain: below.chain + root.certificate, key: below.key },
      `is issued by "Intermediate A", which does not lead to a root in ${from}: the server sent the root "Root A", which is not in it; ${DOWNLOAD}; ${KEEP}`,
    ],
    [
      'the file holds only the intermediate',
      intermediate.certificate,
      below,
      `leads to the intermediate CA "Intermediate A" in ${from}, and the root "Root A" above it is not there; add the certificate of "Root A" to sslrootcert (DB_SSL_CA); ${KEEP}`,
    ],
    [
      'the file holds only the intermediate, server sends no intermediate',
      intermediate.certificate,
      { chain: below.certificate, key: below.key },
      `leads to the intermediate CA "Intermediate A" in ${from}, and the root "Root A" above it is not there; add the certificate of "Root A" to sslrootcert (DB_SSL_CA); ${KEEP}`,
    ],
    [
      "the file holds the server's own certificate",
      direct.certificate,
      direct,
      `is issued by "Root A", and ${from} holds the server's own certificate in place of a CA's; download the certificate of the root CA, "Root A", and set sslrootcert (DB_SSL_CA) to it; ${KEEP}`,
    ],
    [
      "the file holds another server's certificate",
      strange.certificate,
      direct,
      `is issued by "Root A", which does not lead to a root in ${from} (sslrootcert holds no CA certificate); ${DOWNLOAD}; if "Root A" is an intermediate CA, the server has to send its certificate as well (append it to ssl_cert_file); ${KEEP}`,
    ],
    [
      'a CA of the same name with another key',
      renewed.certificate,
      below,
      `is issued by "Intermediate A", which does not lead to a root in ${from}: "Root A" is missing (sslrootcert holds another certificate of that name: the CA was renewed, or belongs to another server); ${DOWNLOAD}; ${KEEP}`,
    ],
    [
      'server certificate is self-signed',
      root.certificate,
      selfSigned,
      `is self-signed and not in ${from}; copy it from the server itself (its ssl_cert_file) and set sslrootcert (DB_SSL_CA) to it, or have it issued by a CA; ${KEEP}`,
    ],
    [
      'server certificate is self-signed, the file holds an older one',
      selfSignedAgain.certificate,
      selfSigned,
      `is self-signed and not in ${from} (sslrootcert holds another certificate of that name: the CA was renewed, or belongs to another server); copy it from the server itself (its ssl_cert_file) and set sslrootcert (DB_SSL_CA) to it, or have it issued by a CA; ${KEEP}`,
    ],
  ])('%s', async (_, sslrootcert, server, message) => {
    expect(await outcomeOf({ sslrootcert }, server)).toBe(`TLS_ISSUER: certificate of db.test:5432 ${message}`)
  })

  test.each([
    ['leaf signed by the root', root.certificate, direct],
    ['through an intermediate that the server sends', root.certificate, below],
    ['through an intermediate in the file', root.certificate + intermediate.certificate, below],
    ['a self-signed certificate that is in the file', selfSigned.certificate, selfSigned],
  ])('%s → accepted', async (_, sslrootcert, server) => {
    expect(await outcomeOf({ sslrootcert }, server)).toBe('accepted')
  })

  test('the chain was repaired after a refusal → accepted, and the next refusal tells of the new chain', async () => {
    const bare = { chain: below.certificate, key: below.key }
    expect(await outcomeOf({ sslrootcert: root.certificate }, bare)).toMatch(/^TLS_ISSUER: .*does not lead to a root/)
    expect(await outcomeOf({ sslrootcert: root.certificate }, below)).toBe('accepted')
    await outcomeOf({ sslrootcert: other.certificate }, bare)
    expect(await outcomeOf({ sslrootcert: other.certificate }, below)).toContain(': "Root A" is missing;')
  })
})

describe('verification: a certificate is not made for this → the message says what of it', () => {
  test('server certificate without serverAuth', async () => {
    const forClients = await intermediate.issue({ ...NAMES, usage: 'client' })
    expect(await outcomeOf({ sslrootcert: root.certificate }, forClients)).toBe(
      'TLS_USAGE: certificate of db.test:5432 is not made for a server: its extended key usage is clientAuth, without serverAuth; have the server certificate issued with extended key usage serverAuth',
    )
  })

  test('CA limited to clients', async () => {
    const limited = await createAuthority({ name: 'Clients only', parent: root, usage: 'client' })
    expect(await outcomeOf({ sslrootcert: root.certificate }, await limited.issue(NAMES))).toBe(
      'TLS_USAGE: certificate of db.test:5432 is issued under the CA "Clients only", which may not issue for servers: its extended key usage is clientAuth, without serverAuth; have it issued by a CA without that limit',
    )
  })

  test('path length exceeded, and not', async () => {
    const short = await createAuthority({ name: 'No CA below', pathLength: 0 })
    const first = await createAuthority({ name: 'Below', parent: short })
    expect(await outcomeOf({ sslrootcert: short.certificate }, await first.issue(NAMES))).toBe(
      'TLS_USAGE: certificate of db.test:5432 has 1 intermediate CA between it and the CA "No CA below", which allows no intermediate CAs (path length); have it issued by a CA that the path length allows',
    )
    expect(await outcomeOf({ sslrootcert: short.certificate }, await short.issue(NAMES))).toBe('accepted')
  })
})

describe('verification: a certificate is outside its time → the message says which, and until when', () => {
  test('server certificate has expired', async () => {
    const past = await root.issue({ ...NAMES, notBefore: daysAway(-10), notAfter: daysAway(-3) })
    const end = daysAway(-3).toISOString().slice(0, 10)
    expect(await outcomeOf({ sslrootcert: root.certificate }, past)).toMatch(
      new RegExp(`^TLS_EXPIRED: certificate of db\\.test:5432 expired on ${end}T[\\d:]{8}Z; renew it on the server$`),
    )
  })

  test('an intermediate CA has expired', async () => {
    const past = await createAuthority({
      name: 'Expired CA',
      parent: root,
      notBefore: daysAway(-10),
      notAfter: daysAway(-3),
    })
    expect(await outcomeOf({ sslrootcert: root.certificate }, await past.issue(NAMES))).toMatch(
      /^TLS_EXPIRED: certificate of db\.test:5432 is issued under the CA "Expired CA", which expired on \S+Z; replace it in the chain that the server sends \(ssl_cert_file\)$/,
    )
  })

  test('the root in sslrootcert has expired', async () => {
    const past = await createAuthority({ name: 'Expired root', notBefore: daysAway(-10), notAfter: daysAway(-3) })
    expect(await outcomeOf({ sslrootcert: past.certificate }, await past.issue(NAMES))).toMatch(
      /^TLS_EXPIRED: certificate of db\.test:5432 is issued under the CA "Expired root", which expired on \S+Z; replace it in sslrootcert \(PGSSLROOTCERT\) by the renewed CA certificate$/,
    )
  })

  test('server certificate is not valid yet', async () => {
    const future = await root.issue({ ...NAMES, notBefore: daysAway(2), notAfter: daysAway(9) })
    expect(await outcomeOf({ sslrootcert: root.certificate }, future)).toMatch(
      /^TLS_EXPIRED: certificate of db\.test:5432 is not valid before \S+Z; check this machine's clock, which says \S+Z$/,
    )
  })
})
