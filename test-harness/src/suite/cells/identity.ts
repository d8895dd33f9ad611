import type { Cell } from '../cell.ts'
import { refused, TLS } from '../outcome.ts'
import type { RequirementId } from '../requirements.ts'
import { CERTIFICATE_TITLES, type ShownCertificate } from '../server-certificates.ts'

const NAME = refused('name')

type Verdict = 'match' | 'mismatch'
type Row = readonly [RequirementId, ShownCertificate, host: string, Verdict]

const ROWS: readonly Row[] = [
  ['VF-NAME-001', 'good', 'db.test', 'match'],
  ['VF-NAME-001', 'good', 'localhost', 'match'],
  ['VF-NAME-001', 'good', '127.0.0.1', 'match'],
  ['VF-NAME-001', 'good', 'other.test', 'mismatch'],
  ['VF-NAME-001', 'good', '127.0.0.2', 'mismatch'],
  ['VF-NAME-001', 'dnsName', 'db.test', 'match'],
  ['VF-NAME-001', 'dnsName', 'DB.TEST', 'match'],
  ['VF-NAME-001', 'dnsName', 'db.test.', 'mismatch'],
  ['VF-NAME-001', 'dnsName', 'a.db.test', 'mismatch'],
  ['VF-NAME-001', 'dnsName', '127.0.0.1', 'mismatch'],
  ['VF-NAME-001', 'dnsUpper', 'db.test', 'match'],
  ['VF-NAME-001', 'dnsTrailingDot', 'db.test', 'mismatch'],
  ['VF-NAME-001', 'embeddedNul', 'db.test', 'mismatch'],
  ['VF-NAME-001', 'ipAddress', '127.0.0.1', 'match'],
  ['VF-NAME-001', 'ipAddress', '127.1', 'match'],
  ['VF-NAME-001', 'ipAddress', '2130706433', 'match'],
  ['VF-NAME-001', 'ipAddress', '127.000.000.001', 'match'],
  ['VF-NAME-001', 'ipAddress', '127.0.0.2', 'mismatch'],
  ['VF-NAME-001', 'ipAddress', 'db.test', 'mismatch'],
  ['VF-NAME-001', 'ipv6Address', '::1', 'match'],
  ['VF-NAME-001', 'ipv6Address', '0:0:0:0:0:0:0:1', 'match'],
  ['VF-NAME-001', 'ipv6Address', '::2', 'mismatch'],
  ['VF-NAME-001', 'otherHost', 'db.test', 'mismatch'],
  ['VF-NAME-001', 'otherHost', 'localhost', 'mismatch'],
  ['VF-NAME-001', 'wrongLengthAddress', '127.0.0.1', 'mismatch'],
  ['VF-NAME-001', 'dnsNameAddress', '127.0.0.1', 'match'],
  ['VF-NAME-001', 'nameless', 'db.test', 'mismatch'],
  ['VF-NAME-002', 'dnsName', 'ignored.test', 'mismatch'],
  ['VF-NAME-002', 'commonName', 'db.test', 'match'],
  ['VF-NAME-002', 'commonName', 'other.test', 'mismatch'],
  ['VF-NAME-002', 'commonNameUpper', 'db.test', 'match'],
  ['VF-NAME-002', 'commonNameBesideAddress', 'db.test', 'match'],
  ['VF-NAME-002', 'commonNameBesideEmail', 'db.test', 'match'],
  ['VF-NAME-002', 'commonNameOnlyAddress', '127.0.0.1', 'match'],
  ['VF-NAME-002', 'commonNameAddress', '127.0.0.1', 'match'],
  ['VF-NAME-002', 'commonNameAddressBesideAddress', '127.0.0.1', 'mismatch'],
  ['VF-NAME-002', 'commonNameTwice', 'first.test', 'match'],
  ['VF-NAME-002', 'commonNameTwice', 'db.test', 'mismatch'],
  ['VF-NAME-003', 'wildcard', 'a.db.test', 'match'],
  ['VF-NAME-003', 'wildcard', 'A.DB.TEST', 'match'],
  ['VF-NAME-003', 'wildcard', 'a.b.db.test', 'mismatch'],
  ['VF-NAME-003', 'wildcard', 'db.test', 'mismatch'],
  ['VF-NAME-003', 'wildcard', '.db.test', 'mismatch'],
  ['VF-NAME-003', 'wildcardTopLevel', 'db.test', 'match'],
  ['VF-NAME-003', 'wildcardPartial', 'db.test', 'mismatch'],
  ['VF-NAME-003', 'wildcardBare', 'db.test', 'mismatch'],
  ['VF-NAME-003', 'wildcardMiddle', 'a.b.test', 'mismatch'],
  ['VF-NAME-003', 'commonNameWildcard', 'a.db.test', 'match'],
  ['VF-NAME-003', 'commonNameWildcard', 'db.test', 'mismatch'],
]

/** Hosts that resolve to the server without hostaddr. */
const REACHABLE: readonly string[] = ['localhost', '127.0.0.1']

/**
 * The host against the names in the certificate: compared under verify-full by libpq's rules, and not under verify-ca.
 */
export const IDENTITY_CELLS: readonly Cell[] = ROWS.flatMap(([requirement, certificate, host, verdict]) =>
  (['verify-ca', 'verify-full'] as const).map(
    (sslmode): Cell => ({
      id: `${requirement}/${certificate}/${host}/${sslmode}`,
      requirement,
      title: `sslmode=${sslmode}, host=${host}, certificate ${CERTIFICATE_TITLES[certificate]}`,
      target: { role: 'trust_user', certificate },
      parameters: { host, sslmode, sslrootcert: '{root}' },
      needs: REACHABLE.includes(host) ? [] : ['hostaddr'],
      libpq: verdict === 'match' || sslmode === 'verify-ca' ? TLS : NAME,
    }),
  ),
)
