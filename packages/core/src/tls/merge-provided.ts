import { PROVIDED, type ProvidedTls } from '../credentials/tls-provider.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { type Finding, type Problem, problemWith } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { VerifullError } from '../errors/verifull-error.ts'
import { quote } from '../text/quote.ts'
import { Secret } from '../text/secret.ts'
import { isGiven } from './load-context.ts'
import type { TlsSources } from './material.ts'
import type { TlsMaterialSettings } from './settings.ts'
import type { TlsSnapshot } from './snapshot.ts'

/** Returns the settings with a provider's answer in their places. */
export function withProvided(settings: TlsMaterialSettings, given: ProvidedTls, provider: string): TlsMaterialSettings {
  const source = given.version === undefined ? provider : `${provider}, version ${quote(given.version)}`
  const texts = PROVIDED.flatMap((name) => {
    const text = given[name]
    return text === undefined ? [] : [[name, { value: new Secret(text), source }] as const]
  })
  return { ...settings, ...Object.fromEntries(texts) }
}

/**
 * Returns a problem for each parameter in both the provider's answer and the settings: neither of them is the stronger
 * one.
 */
export function contradictions(
  given: ProvidedTls,
  settings: TlsMaterialSettings,
  provider: string,
): readonly Problem[] {
  return PROVIDED.flatMap((parameter) => {
    const setting = settings[parameter]
    if (given[parameter] === undefined || !isGiven(setting)) return []
    const message = `${parameter} (from ${provider}) contradicts ${parameter} (from ${setting.source}); remove one`
    return [problemWith(parameter, message)]
  })
}

/**
 * Returns a problem for each part of the provider's last answer that is missing now: a weaker default must not replace
 * it silently.
 */
export function withdrawn(given: ProvidedTls, before: ProvidedTls | undefined, provider: string): readonly Problem[] {
  return PROVIDED.filter((name) => before?.[name] !== undefined && given[name] === undefined).map((parameter) =>
    problemWith(
      parameter,
      `${parameter} (from ${provider}) was given before and is not any more; give it, or start the application again if it is to do without it`,
    ),
  )
}

export function noRoots(mode: string, provider: string): Problem {
  const message = `root certificate is missing: ${mode} needs the CA certificate of the server, and ${provider} gave none; give sslrootcert there, or set sslrootcert or DB_SSL_CA`
  return problemWith('sslrootcert', message)
}

/** Returns the end of the material's use, in milliseconds since 1970. */
export function endOf({ sslcert, expiresAt }: ProvidedTls, { clientCertificate }: TlsSnapshot): number {
  const ends = [expiresAt, sslcert === undefined ? undefined : clientCertificate?.certificate.validTo]
  return Math.min(...ends.map((end) => end?.getTime() ?? Infinity))
}

/** Returns the sources that are known before the provider is called. */
export function sourcesOf(
  provider: string,
  { settings, sources }: { readonly settings: TlsMaterialSettings; readonly sources: TlsSources },
): TlsSources {
  const orElse = (other: string | undefined) => `what ${provider} gives${other === undefined ? '' : `, else ${other}`}`
  const { roots, clientCertificate } = sources
  return {
    roots: isGiven(settings.sslrootcert) ? roots : orElse(roots === 'none' ? undefined : roots),
    clientCertificate:
      isGiven(settings.sslcert) || settings.sslcertmode === 'disable' ? clientCertificate : orElse(clientCertificate),
  }
}

/** Returns the findings to report for a failure to load other material. */
export function problemsIn(error: unknown): readonly Finding[] {
  if (error instanceof ConfigurationError) return error.problems
  if (error instanceof PolicyError) return error.findings
  return [problemWith('tls', VerifullError.isInstance(error) ? error.message : 'the provider failed')]
}
