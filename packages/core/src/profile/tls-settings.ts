import type { Problem } from '../errors/problem.ts'
import type { Secret } from '../secret.ts'
import type { Environment } from '../settings/environment.ts'
import type { Endpoint } from '../settings/hosts.ts'
import type { Merged } from '../settings/merge.ts'
import { bare } from '../settings/own.ts'
import type { Sourced } from '../settings/sourced.ts'
import { shown } from '../settings/wording.ts'
import { type RdsRoots, rdsRootsOf } from '../tls/aws-roots.ts'
import type { TlsSettings } from '../tls/material.ts'
import type { SslMode } from '../tls/sslmode.ts'

/** Picks what TLS material is loaded from, and checks the range of protocol versions. */
export function tlsSettingsOf(
  { values }: Pick<Merged, 'values'>,
  sslmode: Sourced<SslMode>,
  endpoints: readonly Endpoint[],
  { variables, home }: Environment,
): { settings: TlsSettings; problems: readonly Problem[] } {
  const { sslrootcert, sslcrl, sslcrldir, sslcert, sslkey, sslpassword, sslcertmode } = values
  const { ssl_min_protocol_version: least, ssl_max_protocol_version: most } = values
  const minVersion = least?.value === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'
  const rds = bare(sslmode.value === 'disable' ? {} : rdsRoots(sslrootcert, endpoints, variables.AWS_REGION))
  const settings = bare<TlsSettings>({
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
    // With verify-full the name is checked too, so public roots are safe to fall back on; with less they are not.
    rootsFallback: sslmode.value === 'verify-full' ? 'system' : 'none',
    ...(rds.roots?.length && { rdsRoots: rds.roots }),
  })
  return { settings, problems: [...rangeProblems(least, most), ...(rds.problem ? [rds.problem] : [])] }
}

/** Whose roots `aws-rds` stands for, or those of hosts that are endpoints of RDS, all of them. */
function rdsRoots(
  given: Sourced<string | Secret> | undefined,
  endpoints: readonly Endpoint[],
  region: string | undefined,
): { readonly roots?: readonly RdsRoots[]; readonly problem?: Problem } {
  const asked = given?.value === 'aws-rds'
  if (given && !asked) return {}
  const found = endpoints
    .filter(({ socketPath }) => socketPath === undefined)
    .map(({ host, fromSecret }) => ({ host, fromSecret, roots: rdsRootsOf(host) ?? (asked ? region : undefined) }))
  const unknown = found.find(({ roots, fromSecret }) => !roots && !(asked && fromSecret))
  if (asked && unknown) {
    const alias = `needs a region, and ${shown(unknown.host)} is no endpoint of RDS; set AWS_REGION`
    return { problem: { parameter: 'sslrootcert', message: `sslrootcert=aws-rds (from ${given.source}) ${alias}` } }
  }
  return unknown ? {} : { roots: [...new Set(found.flatMap(({ roots }) => roots || []))].sort() }
}

function* rangeProblems(least: Sourced | undefined, most: Sourced | undefined): Generator<Problem> {
  for (const [parameter, given] of [
    ['ssl_min_protocol_version', least],
    ['ssl_max_protocol_version', most],
  ] as const) {
    if (given?.value !== 'TLSv1' && given?.value !== 'TLSv1.1') continue
    const said = `${parameter}=${given.value} (from ${given.source})`
    yield {
      parameter,
      message: `${said} names a version that is not safe (RFC 8996); use TLSv1.2 or TLSv1.3, or leave it out`,
    }
  }
  if (least?.value !== 'TLSv1.3' || most?.value !== 'TLSv1.2') return
  const said = `ssl_max_protocol_version=${most.value} (from ${most.source})`
  const message = `${said} is below ssl_min_protocol_version=${least.value} (from ${least.source}); raise it or leave it out`
  yield { parameter: 'ssl_max_protocol_version', message }
}
