import { createHash } from 'node:crypto'
import diagnostics from 'node:diagnostics_channel'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Problem } from '../errors/problem.ts'
import { Secret } from '../secret.ts'
import type { TlsSettings } from './settings.ts'
import { readTlsVersion, type TlsReading, type TlsVersion } from './version.ts'

export type { TlsSettings } from './settings.ts'
export type { TlsVersion } from './version.ts'

/** Roots, client certificate and revocation lists that follow their files. */
export interface TlsMaterial {
  /**
   * The material as it is now. It asks the file system whether a file changed, and reads only then. A replacement that is
   * bad leaves the last good version in place, says so once, and is looked at again when a file changes.
   */
  current(): TlsVersion
}

/** Published on the diagnostics channel `verifull:tls`. */
export type TlsEvent =
  | { readonly kind: 'reloaded'; readonly version: TlsVersion }
  | { readonly kind: 'reload-failed'; readonly version: TlsVersion; readonly problems: readonly Problem[] }

const events = diagnostics.channel('verifull:tls')

/** Materials that are in use or were lately, the last one used at the end. */
const shared = new Map<string, TlsMaterial>()
const MOST_SHARED = 32

/**
 * Loads what `settings` name and checks all of it. Profiles with the same settings share one material, and with it the
 * secure contexts.
 *
 * @throws {ConfigurationError} listing every file that is missing, unreadable, damaged or does not fit.
 */
export function loadTlsMaterial(settings: TlsSettings): TlsMaterial {
  const id = idOf(settings)
  const material = shared.get(id) ?? new FollowedMaterial(settings)
  shared.delete(id)
  shared.set(id, material)
  for (const oldest of shared.keys()) {
    if (shared.size <= MOST_SHARED) break
    shared.delete(oldest)
  }
  return material
}

/** A digest, because the settings may hold a key and the map must not. */
function idOf({ environment, ...settings }: TlsSettings): string {
  const { SSL_CERT_FILE, SSL_CERT_DIR, APPDATA } = environment
  // A Secret hides itself before a replacer sees it, so the secrets are taken out by name.
  const secrets = Object.values(settings).map((setting) => revealed(setting))
  const text = JSON.stringify([settings, secrets, SSL_CERT_FILE, SSL_CERT_DIR, APPDATA])
  return createHash('sha256').update(text).digest('base64')
}

function revealed(setting: unknown): string | undefined {
  const value = typeof setting === 'object' && setting !== null && 'value' in setting ? setting.value : undefined
  return value instanceof Secret ? value.reveal() : undefined
}

class FollowedMaterial implements TlsMaterial {
  readonly #settings: TlsSettings
  #reading: TlsReading
  #version: TlsVersion

  constructor(settings: TlsSettings) {
    this.#settings = settings
    this.#reading = readTlsVersion(settings, 1)
    const { version, problems } = this.#reading
    if (!version) throw new ConfigurationError(problems)
    this.#version = version
  }

  current(): TlsVersion {
    const { files } = this.#reading
    if (files.stamp !== files.stampNow()) this.#reload()
    return this.#version
  }

  #reload(): void {
    this.#reading = readTlsVersion(this.#settings, this.#version.version + 1)
    const { version, problems } = this.#reading
    if (version) {
      this.#version = version
      events.publish({ kind: 'reloaded', version } satisfies TlsEvent)
      return
    }
    events.publish({ kind: 'reload-failed', version: this.#version, problems } satisfies TlsEvent)
    const why = new ConfigurationError(problems).message
    process.emitWarning(`new TLS files are not used, the last good ones stay in use: ${why}`, {
      type: 'VerifullWarning',
      code: 'VERIFULL_TLS_RELOAD',
    })
  }
}
