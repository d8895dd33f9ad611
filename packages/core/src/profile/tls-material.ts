import type { TlsProvider } from '../credentials/tls-provider.ts'
import { evaluate, type Policy } from '../policy/policy.ts'
import type { SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { FileMaterial } from '../tls/file-material.ts'
import type { TlsMaterial, TlsSettings, TlsSnapshot } from '../tls/material.ts'
import { providerMaterial } from '../tls/provider-material.ts'
import { loadTlsMaterial } from '../tls/shared-material.ts'

/** Who is asked for TLS material beside the settings, and who judges it. */
export interface TlsTerms {
  readonly tls?: Sourced<TlsProvider> | undefined
  readonly sslmode: Sourced<SslMode>
  readonly policy: Policy
}

/** The material of the connections, and as much of it as is in the settings, loaded. */
export interface TlsMaterialOfSettings {
  readonly material: TlsMaterial
  readonly version: TlsSnapshot
  /** What the settings alone make. */
  readonly files: FileMaterial
}

/**
 * Loads what the settings name; a provider is asked later. `before` is the material whose place it takes.
 *
 * @throws {ConfigurationError} listing everything that is wrong with what they name.
 */
export function tlsMaterialOf(
  settings: TlsSettings,
  { tls, sslmode, policy }: TlsTerms,
  before?: FileMaterial,
): TlsMaterialOfSettings {
  const files = loadTlsMaterial(settings, before)
  const version = files.current()
  if (!tls) return { material: files, version, files }
  const material = providerMaterial(tls, {
    settings,
    files,
    ...(settings.rootsFallback === 'none' && { needsRoots: `sslmode=${sslmode.value} (from ${sslmode.source})` }),
    policy: JSON.stringify([policy.name, policy.allow]),
    evaluate: (certificates) => evaluate(policy, { certificates }),
  })
  return { material, version, files }
}
