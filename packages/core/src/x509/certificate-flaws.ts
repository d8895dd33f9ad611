import { type CertificateFacts, daysLeft } from './certificate.ts'

/** Kinds of flaws; rules decide what each means. */
export type CertificateFlawKind =
  | 'expired'
  | 'not-yet-valid'
  | 'expiring'
  | 'weak-key'
  | 'weak-signature'
  | 'leaf-as-root'

/** A fact about a certificate that is configured, as data and in words. */
export interface CertificateFlaw {
  readonly kind: CertificateFlawKind
  /** The certificate, and its flaw in parentheses. */
  readonly what: string
}

const WARN_DAYS = 30
const WEAK_SIGNATURE = /MD5|SHA1$/

/**
 * Returns the faults of a certificate: its validity, its key, its signature. The signature of a root proves nothing and
 * is not judged.
 *
 * @param name The words for the certificate, such as `client certificate of sslcert (from PGSSLCERT)`.
 */
export function certificateFlaws(
  facts: CertificateFacts,
  now: Date,
  name = `certificate "${facts.subject}"`,
): readonly CertificateFlaw[] {
  const flaws: CertificateFlaw[] = []
  const left = daysLeft(facts, now)
  if (facts.validTo < now) {
    flaws.push({ kind: 'expired', what: `${name} (expired on ${dateOf(facts.validTo)})` })
  } else if (left < WARN_DAYS) {
    const days = left === 1 ? '1 day' : `${left} days`
    flaws.push({ kind: 'expiring', what: `${name} (expires in ${days}, on ${dateOf(facts.validTo)})` })
  }
  if (facts.validFrom > now) {
    flaws.push({ kind: 'not-yet-valid', what: `${name} (not valid before ${dateOf(facts.validFrom)})` })
  }
  if (/^(rsa|dsa)/.test(facts.keyType) && (facts.keyBits ?? 0) < 2048) {
    const kind = facts.keyType.toUpperCase()
    flaws.push({ kind: 'weak-key', what: `${name} (${kind} key of ${facts.keyBits ?? 'unknown'} bits)` })
  }
  if (!facts.selfSigned && WEAK_SIGNATURE.test(facts.signatureAlgorithm)) {
    flaws.push({ kind: 'weak-signature', what: `${name} (signed with ${facts.signatureAlgorithm})` })
  }
  return flaws
}

/** Number of roots beyond which a file counts as a bundle of public CAs, in which some are always about to expire. */
const PUBLIC_BUNDLE = 16

/**
 * Returns the faults of a file of trusted roots. While one root is valid, the others are not needed: one that is not
 * valid yet prepares a rotation, and one that has expired remains from one. The latter is reported as `expiring`, and
 * in a bundle of public CAs not at all.
 */
export function rootFlaws(roots: readonly CertificateFacts[], now: Date, source: string): readonly CertificateFlaw[] {
  const anyValid = roots.some(
    ({ validFrom, validTo, isCa, selfSigned }) => validFrom <= now && now <= validTo && (isCa || selfSigned),
  )
  return roots.flatMap((root) => {
    const name = `root certificate "${root.subject}" of ${source}`
    const found = certificateFlaws(root, now, name)
      .map((flaw) => (flaw.kind === 'expired' && anyValid ? { ...flaw, kind: 'expiring' as const } : flaw))
      .filter(({ kind }) => kind !== 'expiring' || roots.length <= PUBLIC_BUNDLE)
      .filter(({ kind }) => kind !== 'not-yet-valid' || !anyValid)
    return root.isCa ? found : [...found, leafAsRoot(root, name)]
  })
}

function leafAsRoot({ selfSigned }: CertificateFacts, name: string): CertificateFlaw {
  const why = selfSigned ? 'a server certificate that signs itself' : 'no CA: no certificate chains to it'
  return { kind: 'leaf-as-root', what: `${name} (${why})` }
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
