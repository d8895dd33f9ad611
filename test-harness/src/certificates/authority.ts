import 'reflect-metadata'
import { createHash, randomBytes } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { type Issued, pem } from './issued.ts'
import { type KeyPair, type KeyType, keyPairOf, pemOf, type SignatureHash, type Signer, signerOf } from './key-pair.ts'
import { type AlternativeName, alternativeNames } from './subject-alternative-names.ts'
import { daysAway, type Validity } from './validity.ts'

/** Subject, key and constraints of an authority. */
export interface AuthorityRequest extends Validity {
  /** Common name. Default: `Verifull test root`, or `… intermediate` with a parent. */
  readonly name?: string
  /** Default `ec` (P-256). An RSA key takes up to a second, once per process. */
  readonly keyType?: KeyType
  /** The issuer. Without it the certificate is a self-signed root. */
  readonly parent?: Authority
  /** Maximum number of intermediate authorities below it; unlimited by default. */
  readonly pathLength?: number
  /** Limits its certificates to this extended key usage; unlimited by default. */
  readonly usage?: 'server' | 'client'
}

/** Subject, key and signature of a leaf. Everything but `usage` has a default. */
export interface CertificateRequest extends Validity {
  /** Extended key usage: serverAuth or clientAuth. */
  readonly usage: 'server' | 'client'
  /** One common name, several (of which libpq considers the first), or none by default. */
  readonly commonName?: string | readonly string[]
  /** Subject alternative names of type dNSName; none by default. */
  readonly dnsNames?: readonly string[]
  /** Subject alternative names of type iPAddress; none by default. */
  readonly ipAddresses?: readonly string[]
  /** Further subject alternative names as raw bytes, see {@link AlternativeName}; none by default. */
  readonly rawNames?: readonly AlternativeName[]
  /** Default `ec`. */
  readonly keyType?: KeyType
  /** Default SHA-256. The authority's key signs; Ed25519 has its own hash. */
  readonly signatureHash?: SignatureHash
  /** Signs with RSASSA-PSS, which needs an RSA authority. Default false. */
  readonly pss?: boolean
  /** Signs with the leaf's own key instead of the authority's. Default false. */
  readonly selfSigned?: boolean
}

/** A certificate authority, kept in memory for the life of the process. */
export interface Authority {
  /** Its common name. */
  readonly name: string
  /** Its certificate, PEM. */
  readonly certificate: string
  /** Its private key, PKCS#8 PEM, unencrypted. */
  readonly key: string
  /** Its key pair. */
  readonly keyPair: KeyPair
  /** Its certificate and those above it without the root, PEM: the end of a leaf's chain. Empty for a root. */
  readonly intermediates: string
  /** Issues a certificate with a new key. */
  issue(request: CertificateRequest): Promise<Issued>
  /** A certificate revocation list, PEM, valid for a week unless `nextUpdate` is given. */
  crl(revoked: readonly Pick<Issued, 'serialNumber'>[], update?: { nextUpdate?: Date }): Promise<string>
}

const AN_HOUR_AGO = -1 / 24

/**
 * Creates a certificate authority: an intermediate with `parent`, else a root.
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

/** Every subject has an organisation, so that it is not empty without a common name. */
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
