import { createHash } from 'node:crypto'
import { Secret } from '../text/secret.ts'
import { RecentMap } from '../time/recent-map.ts'
import { FileMaterial } from './file-material.ts'
import type { TlsMaterialSettings } from './settings.ts'

/** Materials in recent use. */
const shared = new RecentMap<string, FileMaterial>(32)

/**
 * Loads and checks the material of `settings`. Profiles with the same settings share one material, and with it the
 * secure contexts. The first one with these settings replaces `before`.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` listing every file that is missing, unreadable, damaged or does
 * not fit.
 */
export function loadTlsMaterial(settings: TlsMaterialSettings, before?: FileMaterial): FileMaterial {
  const id = idOf(settings)
  const material = shared.get(id) ?? new FileMaterial(settings, 1, before)
  shared.set(id, material)
  return material
}

/** Returns a digest of the settings, because they may hold a key and the map must not. */
export function idOf({ environment, ...settings }: TlsMaterialSettings): string {
  const { SSL_CERT_FILE, SSL_CERT_DIR, APPDATA } = environment
  // A Secret hides its value before a replacer sees it, so that secrets are added by name.
  const secrets = Object.values(settings).map((setting) => revealed(setting))
  const text = JSON.stringify([settings, secrets, SSL_CERT_FILE, SSL_CERT_DIR, APPDATA])
  return createHash('sha256').update(text).digest('base64')
}

function revealed(setting: unknown): string | undefined {
  const value = typeof setting === 'object' && setting !== null && 'value' in setting ? setting.value : undefined
  return value instanceof Secret ? value.reveal() : undefined
}
