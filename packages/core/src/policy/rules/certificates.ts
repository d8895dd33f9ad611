import type { CertificateFlawKind } from '../../x509/certificate-flaws.ts'
import type { Facts } from '../facts.ts'
import { rule, type Violation } from '../rule.ts'
import { REFUSE_FROM_STAGING, WARN_ALWAYS } from '../severities.ts'

/** Rules about certificates: trusted roots, the client's own, and those that the server shows. */
export const CERTIFICATES = [
  rule({
    id: 'certificate-invalid',
    needs: 'certificates',
    severity: REFUSE_FROM_STAGING,
    relaxable: true,
    why: 'a certificate outside its time is refused by every client that verifies it',
    references: ['https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5'],
    check: (certificates) => [
      ...violations(certificates, ['expired'], 'replace it'),
      ...violations(
        certificates,
        ['not-yet-valid'],
        "check this machine's clock, or replace it by one that is valid now",
      ),
    ],
  }),
  rule({
    id: 'certificate-weak',
    needs: 'certificates',
    severity: REFUSE_FROM_STAGING,
    relaxable: true,
    why: 'short keys and broken hashes can be forged',
    references: ['https://cabforum.org/working-groups/server/baseline-requirements/requirements/'],
    check: (certificates) =>
      violations(
        certificates,
        ['weak-key', 'weak-signature'],
        'replace it by one with RSA ≥ 2048 or ECDSA, signed with SHA-256 or better',
      ),
  }),
  rule({
    id: 'certificate-expiring',
    needs: 'certificates',
    severity: WARN_ALWAYS,
    relaxable: true,
    why: 'an expired certificate stops every new connection',
    references: ['https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5'],
    check: (certificates) => violations(certificates, ['expiring'], 'renew it now'),
  }),
  rule({
    id: 'certificate-self-signed',
    needs: 'certificates',
    severity: WARN_ALWAYS,
    relaxable: true,
    why: 'a server certificate that is its own root cannot be replaced without touching every client',
    references: ['https://www.postgresql.org/docs/current/ssl-tcp.html#SSL-CERTIFICATE-CREATION'],
    check: (certificates) =>
      violations(certificates, ['leaf-as-root'], 'sign server certificates with a CA and trust that'),
  }),
] as const

function violations(
  certificates: Facts['certificates'],
  kinds: readonly CertificateFlawKind[],
  fix: string,
): readonly Violation[] {
  return certificates.filter(({ kind }) => kinds.includes(kind)).map(({ what }) => ({ what, fix }))
}
