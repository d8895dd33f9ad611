import 'reflect-metadata'
import { createHash, randomBytes } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { type Issued, pem } from './issued.ts'
import { type KeyPair, type KeyType, keyPairOf, pemOf, type SignatureHash, type Signer, signerOf } from './key-pair.ts'
import { type AlternativeName, alternativeNames } from './subject-alternative-names.ts'
import { daysAway, type Validity } from './validity.ts'

/** What an authority is made of. */
export interface AuthorityRequest extends Validity {
  /** Common name; the default is `Verifull test root` or `… intermediate`. */
  readonly name?: string
  /** Default `ec` (P-256). RSA keys take up to a second, once per process. */
  readonly keyType?: KeyType
  /** The authority that signs this one; without it, it signs itself. */
  readonly parent?: Authority
  /** Most intermediate authorities below it; no limit by default. */
  readonly pathLength?: number
  /** Limits what it may issue certificates for; no limit by default. */
  readonly usage?: 'server' | 'client'
}

/** What is asked of an authority. Everything has a default but what the certificate is for. */
export interface CertificateRequest extends Validity {
  readonly usage: 'server' | 'client'
  /** One name, several (only the first counts for libpq), or none. */
  readonly commonName?: string | readonly string[]
  readonly dnsNames?: readonly string[]
  readonly ipAddresses?: readonly string[]
  /** Added to the above as they are, see {@link AlternativeName}. */
  readonly rawNames?: readonly AlternativeName[]
  /** Default `ec`. */
  readonly keyType?: KeyType
  /** Default SHA-256. The authority's key signs; Ed25519 has a hash of its own. */
  readonly signatureHash?: SignatureHash
  /** Signs with RSASSA-PSS; only with an RSA authority. */
  readonly pss?: boolean
  /** Signs with its own key instead of the authority's. */
  readonly selfSigned?: boolean
}

/** A certificate authority that lives as long as the process. */
export interface Authority {
  readonly name: string
  /** PEM. */
  readonly certificate: string
  /** PKCS#8 PEM. */
  readonly key: string
  readonly keyPair: KeyPair
  /** Its certificate and those above it without the root, PEM: what a leaf's chain ends with; empty for a root. */
  readonly intermediates: string
  /** Issues a certificate with a key of its own. */
  issue(request: CertificateRequest): Promise<Issued>
  /** A revocation list, PEM, current for a week unless `nextUpdate` says otherwise. */
  crl(revoked: readonly Pick<Issued, 'serialNumber'>[], update?: { nextUpdate?: Date }): Promise<string>
}

const AN_HOUR_AGO = -1 / 24

/**
 * Makes a certificate authority: a root, or an intermediate where `parent` is given.
 *
 * @example
 * const root = await createAuthority()
 * const { chain, key } = await root.issue({ usage: 'server', dnsNames: ['db.test'] })
 */
export async function createAuthority(request: AuthorityRequest = {}): Promise<Authority> {
  const { parent } = request
  const name = request.name ?? `Verifull test ${parent ? 'intermediate' : 'root'}`
  const keyPair = await keyPairOf(request.keyType ?? 'ec', 'authority')
  const ca = await signed({
    subject: [name],
    subjectKey: keyPair,
    issuer: parent?.name ?? name,
    signer: parent?.keyPair ?? keyPair,
    validity: { notAfter: daysAway(3650), ...request },
    extensions: [
      new x509.BasicConstraintsExtension(true, request.pathLength, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ...(request.usage ? [purpose(request.usage)] : []),
    ],
  })
  const certificate = pem('CERTIFICATE', ca.der)
  const intermediates = parent ? certificate + parent.intermediates : ''
  return {
    name,
    certificate,
    key: pemOf(keyPair.privateKey),
    keyPair,
    intermediates,
    issue: (leaf) => issue(name, keyPair, intermediates, leaf),
    crl: (revoked, update = {}) => revocationList(name, keyPair, revoked, update.nextUpdate),
  }
}

async function issue(
  issuer: string,
  issuerKey: KeyPair,
  intermediates: string,
  request: CertificateRequest,
): Promise<Issued> {
  const keyPair = await keyPairOf(request.keyType ?? 'ec', 'leaf')
  const subject = typeof request.commonName === 'string' ? [request.commonName] : (request.commonName ?? [])
  const leaf = await signed({
    subject,
    subjectKey: keyPair,
    issuer: request.selfSigned ? (subject[0] ?? '') : issuer,
    signer: request.selfSigned ? keyPair : issuerKey,
    hash: request.signatureHash ?? 'SHA-256',
    pss: request.pss ?? false,
    validity: request,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      purpose(request.usage),
      ...alternativeNamesOf(request),
    ],
  })
  const certificate = pem('CERTIFICATE', leaf.der)
  const chain = request.selfSigned ? certificate : certificate + intermediates
  return { certificate, chain, key: pemOf(keyPair.privateKey), ...leaf }
}

function purpose(usage: 'server' | 'client'): x509.ExtendedKeyUsageExtension {
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage
  return new x509.ExtendedKeyUsageExtension([usage === 'server' ? serverAuth : clientAuth])
}

const SUBJECT_ALT_NAME = '2.5.29.17'

function alternativeNamesOf({ dnsNames = [], ipAddresses = [], rawNames = [] }: CertificateRequest): x509.Extension[] {
  const names = [...dnsNames.map((dns) => ({ dns })), ...ipAddresses.map((ip) => ({ ip })), ...rawNames]
  return names.length === 0 ? [] : [new x509.Extension(SUBJECT_ALT_NAME, false, alternativeNames(names))]
}

interface ToSign {
  readonly subject: readonly string[]
  readonly subjectKey: KeyPair
  readonly issuer: string
  readonly signer: KeyPair
  readonly hash?: SignatureHash
  readonly pss?: boolean
  readonly validity: Validity
  readonly extensions: readonly x509.Extension[]
}

async function signed(request: ToSign): Promise<{ der: Buffer; serialNumber: string }> {
  const { key, algorithm }: Signer = await signerOf(request.signer, request.hash ?? 'SHA-256', request.pss ?? false)
  const { notBefore = daysAway(AN_HOUR_AGO), notAfter = daysAway(365) } = request.validity
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject: nameOf(request.subject),
    issuer: nameOf([request.issuer]),
    notBefore,
    notAfter,
    publicKey: new x509.PublicKey(request.subjectKey.spki),
    signingKey: key,
    signingAlgorithm: algorithm,
    extensions: [
      ...request.extensions,
      new x509.SubjectKeyIdentifierExtension(keyId(request.subjectKey)),
      new x509.AuthorityKeyIdentifierExtension(keyId(request.signer)),
    ],
  })
  return { der: Buffer.from(certificate.rawData), serialNumber: certificate.serialNumber }
}

/** Every name is in one organisation, so that a certificate without a common name still has a subject. */
function nameOf(commonNames: readonly string[]): x509.JsonName {
  return [{ O: ['Verifull'] }, ...commonNames.filter(Boolean).map((name) => ({ CN: [name] }))]
}

function keyId({ spki }: KeyPair): string {
  return createHash('sha1').update(spki).digest('hex')
}

async function revocationList(
  issuer: string,
  issuerKey: KeyPair,
  revoked: readonly Pick<Issued, 'serialNumber'>[],
  nextUpdate = daysAway(7),
): Promise<string> {
  const { key, algorithm } = await signerOf(issuerKey, 'SHA-256', false)
  const revocationDate = daysAway(AN_HOUR_AGO)
  const list = await x509.X509CrlGenerator.create({
    issuer: nameOf([issuer]),
    thisUpdate: revocationDate,
    nextUpdate,
    entries: revoked.map(({ serialNumber }) => ({ serialNumber, revocationDate })),
    signingKey: key,
    signingAlgorithm: algorithm,
    extensions: [new x509.AuthorityKeyIdentifierExtension(keyId(issuerKey))],
  })
  return pem('X509 CRL', Buffer.from(list.rawData))
}
