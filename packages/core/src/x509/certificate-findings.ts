import { type CertificateFacts, daysLeft } from './certificate.ts'

/** A fault of a configured certificate; the policy decides its severity. */
export type CertificateFindingKind =
  | 'expired'
  | 'not-yet-valid'
  | 'expiring'
  | 'weak-key'
  | 'weak-signature'
  | 'leaf-as-root'

/** One fault of a certificate. */
export interface CertificateFinding {
  readonly kind: CertificateFindingKind
  /** The certificate, with the fault in parentheses; the policy adds the verdict and the fix. */
  readonly message: string
}

const WARN_DAYS = 30
const WEAK_SIGNATURE = /MD5|SHA1$/

/**
 * Returns the faults of a certificate: its validity, its key, its signature. The signature of a root proves nothing and
 * is not judged.
 *
 * @param name The words for the certificate, such as `client certificate of sslcert (from PGSSLCERT)`.
 */
export function certificateFindings(
  facts: CertificateFacts,
  now: Date,
  name = `certificate "${facts.subject}"`,
): readonly CertificateFinding[] {
  const findings: CertificateFinding[] = []
  const left = daysLeft(facts, now)
  if (facts.validTo < now) {
    findings.push({ kind: 'expired', message: `${name} (expired on ${dateOf(facts.validTo)})` })
  } else if (left < WARN_DAYS) {
    const days = left === 1 ? '1 day' : `${left} days`
    findings.push({ kind: 'expiring', message: `${name} (expires in ${days}, on ${dateOf(facts.validTo)})` })
  }
  if (facts.validFrom > now) {
    findings.push({ kind: 'not-yet-valid', message: `${name} (not valid before ${dateOf(facts.validFrom)})` })
  }
  if (/^(rsa|dsa)/.test(facts.keyType) && (facts.keyBits ?? 0) < 2048) {
    const kind = facts.keyType.toUpperCase()
    findings.push({ kind: 'weak-key', message: `${name} (${kind} key of ${facts.keyBits ?? 'unknown'} bits)` })
  }
  if (!facts.selfSigned && WEAK_SIGNATURE.test(facts.signatureAlgorithm)) {
    findings.push({ kind: 'weak-signature', message: `${name} (signed with ${facts.signatureAlgorithm})` })
  }
  return findings
}

/** Number of roots beyond which a file counts as a bundle of public CAs, in which some are always about to expire. */
const PUBLIC_BUNDLE = 16

/**
 * Returns the faults of a file of trusted roots. While one root is valid, the others are not needed: one that is not
 * valid yet prepares a rotation, and one that has expired remains from one. The latter is reported as `expiring`, and
 * in a bundle of public CAs not at all.
 */
export function rootFindings(
  roots: readonly CertificateFacts[],
  now: Date,
  source: string,
): readonly CertificateFinding[] {
  const anyValid = roots.some(
    ({ validFrom, validTo, isCa, selfSigned }) => validFrom <= now && now <= validTo && (isCa || selfSigned),
  )
  return roots.flatMap((root) => {
    const name = `root certificate "${root.subject}" of ${source}`
    const found = certificateFindings(root, now, name)
      .map((finding) => (finding.kind === 'expired' && anyValid ? { ...finding, kind: 'expiring' as const } : finding))
      .filter(({ kind }) => kind !== 'expiring' || roots.length <= PUBLIC_BUNDLE)
      .filter(({ kind }) => kind !== 'not-yet-valid' || !anyValid)
    return root.isCa ? found : [...found, leafAsRoot(root, name)]
  })
}

function leafAsRoot({ selfSigned }: CertificateFacts, name: string): CertificateFinding {
  const why = selfSigned ? 'a server certificate that signs itself' : 'no CA: no certificate chains to it'
  return { kind: 'leaf-as-root', message: `${name} (${why})` }
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
