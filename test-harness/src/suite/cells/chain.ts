import type { Capability } from '../adapter.ts'
import type { Cell, Home } from '../cell.ts'
import { type Expected, type Outcome, orStricter, PLAIN_SECOND, refused, TLS } from '../outcome.ts'
import type { RequirementId } from '../requirements.ts'
import type { ShownCertificate } from '../server-certificates.ts'

type Mode = 'prefer' | 'require' | 'verify-ca' | 'verify-full'

interface Row {
  readonly requirement: RequirementId
  readonly id: string
  readonly title: string
  readonly certificate: ShownCertificate
  readonly parameters: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly home?: Home
  readonly needs?: readonly Capability[]
  readonly expected: Readonly<Partial<Record<Mode, Expected>>>
}

const VERIFY = refused('verify')

/**
 * Outcomes of an untrusted chain with a known root: under prefer, libpq continues in plaintext; under no other mode.
 */
const UNTRUSTED: Row['expected'] = {
  prefer: orStricter(PLAIN_SECOND, VERIFY, 'verification-is-final'),
  require: { libpq: VERIFY },
  'verify-ca': { libpq: VERIFY },
  'verify-full': { libpq: VERIFY },
}

const all = (outcome: Outcome): Row['expected'] => every({ libpq: outcome })
const every = (expected: Expected): Row['expected'] => ({
  prefer: expected,
  require: expected,
  'verify-ca': expected,
  'verify-full': expected,
})

const CRL_MISTAKE = every(orStricter(TLS, refused(['config', 'verify'], 0), 'crl-missing'))

const ROWS: readonly Row[] = [
  chain('expired', 'a certificate that has expired', UNTRUSTED),
  chain('notYetValid', 'a certificate that is not valid yet', UNTRUSTED),
  chain('selfSigned', 'a self-signed certificate of an unknown', UNTRUSTED),
  chain('pinned', 'a self-signed certificate that is its own root', all(TLS), '{pinned}'),
  chain('missingIntermediate', 'a chain without its intermediate', UNTRUSTED),
  chain('viaIntermediate', 'a chain with its intermediate', all(TLS)),
  chain('forClients', 'a certificate for clients only', UNTRUSTED),
  chain(
    'viaIntermediate',
    'a trusted intermediate without its root',
    UNTRUSTED,
    '{intermediate}',
    'intermediate-as-root',
  ),
  chain('good', 'a trusted leaf without its root', UNTRUSTED, '{leaf}', 'leaf-as-root'),
  chain('good', 'a bundle that holds the right root among others', all(TLS), '{bundle}', 'bundle'),
  {
    ...chain('expired', 'expired, nothing to verify with', {}, '', 'unverified'),
    expected: { require: { libpq: TLS } },
  },

  crl('revoked', 'revoked', { sslcrl: '{crl}' }, UNTRUSTED),
  crl('revoked', 'revoked-dir', { sslcrldir: '{crl-dir}' }, UNTRUSTED),
  crl('good', 'not-revoked', { sslcrl: '{crl}' }, all(TLS)),
  crl('good', 'not-revoked-dir', { sslcrldir: '{crl-dir}' }, all(TLS)),
  crl('viaIntermediate', 'not-revoked-with-intermediate', { sslcrl: '{crl}' }, all(TLS)),
  crl('viaIntermediate', 'intermediate-revoked', { sslcrl: '{crl-of-intermediate}' }, UNTRUSTED),
  crl('viaIntermediate', 'list-of-intermediate-missing', { sslcrl: '{crl-of-root}' }, UNTRUSTED),
  crl('good', 'list-expired', { sslcrl: '{crl-expired}' }, UNTRUSTED),
  crl('revoked', 'list-missing', { sslcrl: '{missing}' }, CRL_MISTAKE),
  crl('revoked', 'list-not-pem', { sslcrl: '{not-pem}' }, CRL_MISTAKE),
  { ...crl('revoked', 'list-in-home', {}, UNTRUSTED), home: 'crl', needs: ['crl', 'homeFiles'] },
  {
    ...crl('revoked', 'list-without-root', { sslcrl: '{crl}', sslrootcert: '' }, {}),
    expected: { require: orStricter(TLS, refused(['config', 'verify']), 'crl-missing') },
  },
  {
    ...crl('revoked', 'list-with-system', { sslcrl: '{crl}', sslrootcert: 'system' }, {}),
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['crl', 'systemRoots'],
    expected: { 'verify-full': orStricter(TLS, VERIFY, 'crl-with-system') },
  },
]

function chain(
  certificate: ShownCertificate,
  title: string,
  expected: Row['expected'],
  sslrootcert = '{root}',
  id: string = certificate,
): Row {
  return { requirement: 'VF-CHAIN-001', id, title, certificate, parameters: { sslrootcert }, expected }
}

function crl(
  certificate: ShownCertificate,
  id: string,
  parameters: Readonly<Record<string, string>>,
  expected: Row['expected'],
): Row {
  const title = `${certificate === 'revoked' ? 'a revoked certificate' : 'a good certificate'}, ${id.replaceAll('-', ' ')}`
  const own = { sslrootcert: '{root}', ...parameters }
  return { requirement: 'VF-CHAIN-002', id, title, certificate, parameters: own, needs: ['crl'], expected }
}

const MODES = ['prefer', 'require', 'verify-ca', 'verify-full'] as const

/** Verification of the server's chain: validity, trust, purpose, revocation. */
export const CHAIN_CELLS: readonly Cell[] = ROWS.flatMap(({ expected, id, certificate, title, parameters, ...row }) =>
  MODES.flatMap((sslmode): Cell[] => {
    const cell = expected[sslmode]
    if (cell === undefined) return []
    return [
      {
        ...row,
        id: `${row.requirement}/${id}/${sslmode}`,
        title: `sslmode=${sslmode}, ${title}`,
        target: { role: 'trust_user', certificate },
        parameters: { ...parameters, sslmode },
        ...cell,
      },
    ]
  }),
)
