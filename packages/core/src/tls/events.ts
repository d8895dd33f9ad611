import diagnostics from 'node:diagnostics_channel'
import type { Problem } from '../errors/problem.ts'
import type { Finding } from '../policy/finding.ts'
import type { TlsVersion } from './version.ts'

/** Published on the diagnostics channel `verifull:tls`. */
export type TlsEvent =
  | { readonly kind: 'reloaded'; readonly version: TlsVersion }
  /** The last good version stays in use. */
  | { readonly kind: 'reload-failed'; readonly version: TlsVersion; readonly problems: readonly Problem[] }
  /** What the policy has to say of a provider's certificates and did not refuse. */
  | { readonly kind: 'findings'; readonly version: TlsVersion; readonly findings: readonly Finding[] }

const channel = diagnostics.channel('verifull:tls')

export function publish(event: TlsEvent): void {
  channel.publish(event)
}

/** Says that new material is bad, where people look. */
export function warn(what: string, why: string): void {
  process.emitWarning(`new TLS ${what} not used, the last good ones stay in use: ${why}`, {
    type: 'VerifullWarning',
    code: 'VERIFULL_TLS_RELOAD',
  })
}
