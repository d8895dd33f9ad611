import { ConfigurationError } from '../errors/configuration-error.ts'
import { tellTls, warnOfReload } from '../events/tell-tls.ts'
import type { TlsMaterial, TlsSources } from './material.ts'
import type { TlsMaterialSettings } from './settings.ts'
import { readTlsSnapshot, type SnapshotResult, type TlsSnapshot } from './snapshot.ts'

/** TLS material from files, which is loaded again when they change. */
export class FileMaterial implements TlsMaterial {
  readonly #settings: TlsMaterialSettings
  #loaded: SnapshotResult
  #snapshot: TlsSnapshot
  #inUse: ReadonlySet<string>
  #refusal: ConfigurationError | undefined

  /**
   * @param before The material to replace: a default file that it used and that is gone since then is a problem.
   * @throws {@link ConfigurationError} `CONFIGURATION` listing every problem of the material.
   */
  constructor(settings: TlsMaterialSettings, version = 1, before?: FileMaterial) {
    this.#settings = settings
    this.#loaded = readTlsSnapshot(settings, version, before ? before.#inUse : undefined)
    const { snapshot, problems, files } = this.#loaded
    if (!snapshot) throw new ConfigurationError(problems)
    this.#snapshot = snapshot
    this.#inUse = files.inUse
  }

  /**
   * Returns the present material. It checks the files for changes, and reads them only then. After a bad replacement
   * they are read again at the next change.
   *
   * @throws {@link ConfigurationError} `CONFIGURATION` if the last good material cannot serve as a fallback: it was
   * made without a file of roots or revocations that exists now and cannot be used, and could trust a server that the
   * file excludes.
   */
  current(): TlsSnapshot {
    const { files } = this.#loaded
    if (files.stamp !== files.stampNow()) this.#reload()
    if (this.#refusal) throw this.#refusal
    return this.#snapshot
  }

  /** The last good material, without a check of the files. */
  get last(): TlsSnapshot {
    return this.#snapshot
  }

  async ready(): Promise<TlsSnapshot> {
    return this.current()
  }

  /** Returns nothing: each connection checks the files anyway. */
  async renewed(): Promise<undefined> {}

  get sources(): TlsSources {
    const { roots, clientCertificate } = this.#snapshot
    return { roots: roots.source, clientCertificate: clientCertificate?.source }
  }

  #reload(): void {
    this.#loaded = readTlsSnapshot(this.#settings, this.#snapshot.version + 1, this.#inUse)
    const { snapshot, problems, files } = this.#loaded
    this.#refusal = !snapshot && files.isStricter ? new ConfigurationError(problems) : undefined
    if (snapshot) {
      this.#snapshot = snapshot
      this.#inUse = files.inUse
      tellTls({ kind: 'reloaded', version: snapshot })
      return
    }
    tellTls({ kind: 'reload-failed', version: this.#snapshot, problems })
    if (!this.#refusal) warnOfReload('files are', new ConfigurationError(problems).message, this.#settings)
  }
}
