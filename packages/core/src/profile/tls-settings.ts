import { type Endpoint, hostAndPort } from '../addresses/endpoint.ts'
import { type Problem, problemWith } from '../errors/finding.ts'
import type { Merged } from '../merge/merge.ts'
import type { SslMode } from '../sslmode.ts'
import type { Environment } from '../system/environment.ts'
import { quote } from '../text/quote.ts'
import { bare } from '../text/record.ts'
import type { Secret } from '../text/secret.ts'
import type { Sourced } from '../text/sourced.ts'
import { type RdsRoots, rdsRootsOf } from '../tls/aws-roots.ts'
import { groups } from '../tls/groups.ts'
import type { TlsMaterialSettings } from '../tls/material.ts'

/** Picks the settings of TLS material, and checks the range of protocol versions. */
export function tlsSettingsOf(
  { values, keyExchange, warnings }: Pick<Merged, 'values' | 'keyExchange' | 'warnings'>,
  sslmode: Sourced<SslMode>,
  endpoints: readonly Endpoint[],
  { variables, home }: Environment,
): { settings: TlsMaterialSettings; problems: readonly Problem[] } {
  const { sslrootcert, sslcrl, sslcrldir, sslcert, sslkey, sslpassword, sslcertmode } = values
  const { ssl_min_protocol_version: least, ssl_max_protocol_version: most } = values
  // TLS 1.2 has no hybrid groups, and key exchanges without any group.
  const minVersion = least?.value === 'TLSv1.3' || keyExchange ? 'TLSv1.3' : 'TLSv1.2'
  const rds = bare(sslmode.value === 'disable' ? {} : rdsRoots(sslrootcert, endpoints, variables.AWS_REGION))
  const settings = bare<TlsMaterialSettings>({
    ...(sslrootcert && { sslrootcert }),
    ...(sslcrl && { sslcrl }),
    ...(sslcrldir && { sslcrldir }),
    ...(sslcert && { sslcert }),
    ...(sslkey && { sslkey }),
    ...(sslpassword && { sslpassword }),
    sslcertmode: sslcertmode?.value ?? 'allow',
    minVersion,
    ...((most?.value === 'TLSv1.2' || most?.value === 'TLSv1.3') && { maxVersion: most.value }),
    ...(home !== undefined && { homeDirectory: home }),
    environment: variables,
    ...(warnings !== undefined && { warnings }),
    // Public roots are a safe default only if the name is checked as well, with verify-full.
    rootsFallback: sslmode.value === 'verify-full' ? 'system' : 'none',
    ...(rds.roots?.length && { rdsRoots: rds.roots }),
  })
  const problems = [
    ...rangeProblems(least, most),
    ...keyExchangeProblems(keyExchange, most),
    ...(rds.problem ? [rds.problem] : []),
  ]
  return { settings, problems }
}

/**
 * RDS regions whose CAs to trust: AWS_REGION or the hosts' regions for `aws-rds`; without it, only if every host is an
 * RDS endpoint.
 */
function rdsRoots(
  given: Sourced<string | Secret> | undefined,
  endpoints: readonly Endpoint[],
  region: string | undefined,
): { readonly roots?: readonly RdsRoots[]; readonly problem?: Problem } {
  const asked = given?.value === 'aws-rds'
  if (given && !asked) return {}
  const found = endpoints
    .filter(({ kind }) => kind !== 'socket')
    .map((endpoint) => {
      const { host } = hostAndPort(endpoint)
      return { host, kind: endpoint.kind, roots: rdsRootsOf(host) ?? (asked ? region : undefined) }
    })
  const unknown = found.find(({ roots, kind }) => !roots && !(asked && kind === 'in-secret'))
  if (asked && unknown) {
    const alias = `needs a region, and ${quote(unknown.host)} is no endpoint of RDS; set AWS_REGION`
    return { problem: problemWith('sslrootcert', `sslrootcert=aws-rds (from ${given.source}) ${alias}`) }
  }
  return unknown ? {} : { roots: [...new Set(found.flatMap(({ roots }) => roots || []))].sort() }
}

/** Problems of a hybrid key exchange that this Node does not support, or that other settings exclude. */
function* keyExchangeProblems(demanded: Sourced | undefined, most: Sourced | undefined): Generator<Problem> {
  if (!demanded) return
  const said = `keyExchange=${demanded.value} (from ${demanded.source})`
  if (groups.hybrid === undefined) {
    const { node, openssl } = process.versions
    const message = `${said} cannot be met: Node.js ${node} with OpenSSL ${openssl} has no hybrid key exchange; run Node.js 24.5 or newer (22.20 or newer of 22), whose OpenSSL is 3.5`
    yield problemWith('keyExchange', message)
  }
  if (most?.value === 'TLSv1.2') {
    const message = `${said} needs TLSv1.3, and ssl_max_protocol_version=TLSv1.2 (from ${most.source}) excludes it; remove that setting`
    yield problemWith('keyExchange', message)
  }
}

function* rangeProblems(least: Sourced | undefined, most: Sourced | undefined): Generator<Problem> {
  for (const [parameter, given] of [
    ['ssl_min_protocol_version', least],
    ['ssl_max_protocol_version', most],
  ] as const) {
    if (given?.value !== 'TLSv1' && given?.value !== 'TLSv1.1') continue
    const said = `${parameter}=${given.value} (from ${given.source})`
    yield problemWith(
      parameter,
      `${said} names a version that is not safe (RFC 8996); use TLSv1.2 or TLSv1.3, or leave it out`,
    )
  }
  if (least?.value !== 'TLSv1.3' || most?.value !== 'TLSv1.2') return
  const said = `ssl_max_protocol_version=${most.value} (from ${most.source})`
  const message = `${said} is below ssl_min_protocol_version=${least.value} (from ${least.source}); raise it or leave it out`
  yield problemWith('ssl_max_protocol_version', message)
}
