import type { Cell } from '../cell.ts'
import { CONFIG, type Expected, type Outcome, orStricter, PLAIN, refused, TLS } from '../outcome.ts'
import { SSLMODES, type Sslmode } from '../sslmode.ts'
import type { RealTarget } from '../target.ts'

/** A server before 17 treats a ClientHello as an invalid startup packet and closes the connection. */
const NOT_DIRECT = refused(['network', 'tls', 'protocol'])

const DIRECT: Readonly<Record<Sslmode, Outcome>> = {
  disable: CONFIG,
  allow: CONFIG,
  prefer: CONFIG,
  require: TLS,
  'verify-ca': TLS,
  'verify-full': TLS,
}

const direct = (
  id: string,
  title: string,
  parameters: Readonly<Record<string, string>>,
  libpq: Outcome,
  target: RealTarget = { role: 'trust_user' },
): Cell => ({
  id: `VF-NEGO-001/${id}`,
  requirement: 'VF-NEGO-001',
  title,
  target,
  parameters: { sslrootcert: '{root}', ...parameters },
  needs: ['directTls'],
  libpq,
  ...('outcome' in libpq && libpq.outcome === 'tls' ? { says: ['ClientHello'] } : {}),
  ...(libpq === CONFIG ? {} : { sinceServer: { version: 17, before: NOT_DIRECT } }),
})

const DIRECT_CELLS: readonly Cell[] = [
  ...SSLMODES.map((sslmode) =>
    direct(
      `direct/${sslmode}`,
      `sslnegotiation=direct, sslmode=${sslmode}`,
      { sslnegotiation: 'direct', sslmode },
      DIRECT[sslmode],
    ),
  ),
  direct(
    'unset-mode',
    'sslnegotiation=direct without an sslmode, host=localhost',
    { sslnegotiation: 'direct', host: 'localhost' },
    CONFIG,
  ),
  direct(
    'wrong-root',
    'sslnegotiation=direct, another CA',
    { sslnegotiation: 'direct', sslmode: 'verify-full', sslrootcert: '{other-root}' },
    refused('verify'),
  ),
  direct(
    'no-tls',
    'sslnegotiation=direct, server without TLS',
    { sslnegotiation: 'direct', sslmode: 'require' },
    NOT_DIRECT,
    { role: 'trust_user', certificate: 'none' },
  ),
  {
    ...direct(
      'system',
      'sslnegotiation=direct with the system roots and no sslmode',
      { sslnegotiation: 'direct', sslrootcert: 'system' },
      TLS,
    ),
    environment: { SSL_CERT_FILE: '{root}' },
    needs: ['directTls', 'systemRoots'],
  },
  direct('misspelt', 'sslnegotiation=Direct', { sslnegotiation: 'Direct', sslmode: 'require' }, CONFIG),
  {
    ...direct('postgres', 'sslnegotiation=postgres', { sslnegotiation: 'postgres', sslmode: 'require' }, TLS),
    says: ['SSLRequest ClientHello'],
    sinceServer: { version: 1, before: TLS },
  },
]

interface Range {
  readonly id: string
  readonly parameters: Readonly<Record<string, string>>
  readonly expected: Expected
  readonly version?: string
}

const min = (value: string): Record<string, string> => ({ ssl_min_protocol_version: value })
const max = (value: string): Record<string, string> => ({ ssl_max_protocol_version: value })
const GOOD: Expected = { libpq: TLS }
const WRONG: Expected = { libpq: CONFIG }

const RANGES: readonly Range[] = [
  { id: 'default', parameters: {}, expected: GOOD, version: 'TLSv1.3' },
  { id: 'min-1.3', parameters: min('TLSv1.3'), expected: GOOD, version: 'TLSv1.3' },
  { id: 'min-lower-case', parameters: min('tlsv1.3'), expected: GOOD, version: 'TLSv1.3' },
  { id: 'max-1.2', parameters: max('TLSv1.2'), expected: GOOD, version: 'TLSv1.2' },
  { id: 'only-1.2', parameters: { ...min('TLSv1.2'), ...max('TLSv1.2') }, expected: GOOD, version: 'TLSv1.2' },
  { id: 'only-1.3', parameters: { ...min('TLSv1.3'), ...max('TLSv1.3') }, expected: GOOD, version: 'TLSv1.3' },
  { id: 'crossed', parameters: { ...min('TLSv1.3'), ...max('TLSv1.2') }, expected: WRONG },
  { id: 'max-below-default-min', parameters: max('TLSv1'), expected: WRONG },
  { id: 'sslv3', parameters: min('SSLv3'), expected: WRONG },
  { id: 'not-a-version', parameters: min('1.3'), expected: WRONG },
  { id: 'min-1.0', parameters: min('TLSv1'), expected: orStricter(TLS, CONFIG, 'tls-1.2'), version: 'TLSv1.3' },
  { id: 'min-1.1', parameters: min('TLSv1.1'), expected: orStricter(TLS, CONFIG, 'tls-1.2'), version: 'TLSv1.3' },
]

const RANGE_CELLS = RANGES.map(
  ({ id, parameters, expected, version }): Cell => ({
    id: `VF-PROT-001/${id}`,
    requirement: 'VF-PROT-001',
    title: `TLS versions: ${
      Object.entries(parameters)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ') || 'default'
    }`,
    target: { role: 'trust_user' },
    parameters: { sslmode: 'require', ...parameters },
    needs: ['protocolRange'],
    ...(version === undefined ? {} : { seen: { version } }),
    ...expected,
  }),
)

const OLD_SERVER: readonly Cell[] = (['require', 'prefer'] as const).map((sslmode) => ({
  id: `VF-PROT-001/server-1.2/${sslmode}`,
  requirement: 'VF-PROT-001',
  title: `sslmode=${sslmode}, ssl_min_protocol_version=TLSv1.3, server speaks TLS 1.2 at most`,
  target: { certificate: 'good', script: (tls) => ({ ssl: 'S', tls: { ...tls, maxVersion: 'TLSv1.2' } }) },
  parameters: { sslmode, ssl_min_protocol_version: 'TLSv1.3' },
  needs: ['protocolRange'],
  ...(sslmode === 'require'
    ? { libpq: refused('tls') }
    : orStricter({ ...PLAIN, connections: 2 }, refused('tls'), 'verification-is-final')),
}))

/** Start and version of TLS. */
export const NEGOTIATION_CELLS: readonly Cell[] = [...DIRECT_CELLS, ...RANGE_CELLS, ...OLD_SERVER]
