import type { Problem } from '../errors/problem.ts'
import type { Environment } from '../settings/environment.ts'
import type { Merged } from '../settings/merge.ts'
import type { Sourced } from '../settings/sourced.ts'
import type { TlsSettings } from '../tls/material.ts'
import type { SslMode } from '../tls/sslmode.ts'

/** Picks what TLS material is loaded from, and checks the range of protocol versions. */
export function tlsSettingsOf(
  { values }: Pick<Merged, 'values'>,
  sslmode: Sourced<SslMode>,
  { variables, home }: Environment,
): { settings: TlsSettings; problems: readonly Problem[] } {
  const { sslrootcert, sslcrl, sslcrldir, sslcert, sslkey, sslpassword, sslcertmode } = values
  const { ssl_min_protocol_version: least, ssl_max_protocol_version: most } = values
  const minVersion = least?.value === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'
  const settings: TlsSettings = {
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
  }
  return { settings, problems: [...rangeProblems(least, most)] }
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
