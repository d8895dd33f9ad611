import { type CertificateFacts, rootFlaws } from '@verifull/core/diagnostics'
import type { ReportedFinding } from '../report/report.ts'
import type { BundleFile } from './bundle-file.ts'

/** Severity and fix of each kind of flaw of a root. */
const FLAWS = {
  expired: ['refuse', 'replace it by the renewed certificate of the CA'],
  'not-yet-valid': ['refuse', "check this machine's clock, or use the certificate that is valid now"],
  expiring: ['warn', 'get the next certificate of the CA, and keep both in the file until the servers have changed'],
  'weak-key': ['refuse', 'use a CA with RSA ≥ 2048 or ECDSA'],
  'weak-signature': ['refuse', 'have it signed with SHA-256 or better'],
  'leaf-as-root': ['refuse', 'use the certificate of the CA that issued it'],
} as const

/** Holds the certificates of a bundle against the rules for trusted roots. */
export function bundleFindings(
  { source, certificates, format }: BundleFile,
  now = new Date(),
): readonly ReportedFinding[] {
  // An operating system keeps expired and weak roots for years.
  if (format === 'system') return []
  const location = format === 'aws-rds' ? {} : { location: { file: source } }
  const flaws = rootFlaws(certificates, now, source).map(({ kind, what }): ReportedFinding => {
    const [severity, fix] = FLAWS[kind]
    return { rule: `ca-${kind}`, severity, what, fix, ...location }
  })
  return [...flaws, ...duplicates(certificates, location), ...lonelyIntermediates(certificates, location)]
}

type Place = Pick<ReportedFinding, 'location'>

function duplicates(certificates: readonly CertificateFacts[], place: Place): readonly ReportedFinding[] {
  const repeated = certificates.filter(
    (one, index) => certificates.findIndex(({ fingerprint256 }) => fingerprint256 === one.fingerprint256) < index,
  )
  return repeated.map(({ subject }) => ({
    rule: 'ca-duplicate',
    severity: 'note',
    what: `"${subject}" is there more than once`,
    fix: 'remove the copies',
    ...place,
  }))
}

/** Intermediate CAs without the root above them, which verify nothing by themselves. */
function lonelyIntermediates(certificates: readonly CertificateFacts[], place: Place): readonly ReportedFinding[] {
  return certificates
    .filter(
      ({ isCa, selfSigned, issuer }) => isCa && !selfSigned && !certificates.some(({ subject }) => subject === issuer),
    )
    .map(({ subject, issuer }) => ({
      rule: 'ca-intermediate',
      severity: 'warn',
      what: `"${subject}" is an intermediate CA, and the root "${issuer}" above it is not there: no server verifies by it alone`,
      fix: `add the certificate of "${issuer}", and let the servers send their intermediate CAs`,
      ...place,
    }))
}
