import type { TlsProvider } from '../credentials/tls-provider.ts'
import { evaluate, type Policy } from '../policy/policy.ts'
import type { SslMode } from '../sslmode.ts'
import type { Sourced } from '../text/sourced.ts'
import type { FileMaterial } from '../tls/file-material.ts'
import type { TlsMaterial, TlsMaterialSettings, TlsSnapshot } from '../tls/material.ts'
import { providerMaterial } from '../tls/provider-material.ts'
import { loadTlsMaterial } from '../tls/shared-material.ts'

/** The TLS provider, if any, and the policy that its certificates must pass. */
export interface TlsTerms {
  readonly tls?: Sourced<TlsProvider> | undefined
  readonly sslmode: Sourced<SslMode>
  readonly policy: Policy
}

/** TLS material of the connections, and the part of it that the settings name, loaded. */
export interface TlsMaterialOfSettings {
  readonly material: TlsMaterial
  readonly version: TlsSnapshot
  /** The part that the settings name. */
  readonly files: FileMaterial
}

/**
 * Loads the files and texts that the settings name; a provider is called later. `before` is the material that this replaces.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` with every problem of these files and texts.
 */
export function tlsMaterialOf(
  settings: TlsMaterialSettings,
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
    policy: JSON.stringify([policy.name, policy.allow, policy.rules]),
    evaluate: (certificates) => evaluate(policy, { certificates }),
  })
  return { material, version, files }
}
