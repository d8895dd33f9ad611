import { ConfigurationError } from '../errors/configuration-error.ts'
import { publish, warnOfReload } from '../events/tls.ts'
import type { TlsMaterial, TlsSources } from './material.ts'
import type { TlsSettings } from './settings.ts'
import { readTlsSnapshot, type SnapshotResult, type TlsSnapshot } from './snapshot.ts'

/** TLS material that follows its files. */
export class FileMaterial implements TlsMaterial {
  readonly #settings: TlsSettings
  #loaded: SnapshotResult
  #snapshot: TlsSnapshot
  #inUse: ReadonlySet<string>
  #refusal: ConfigurationError | undefined

  /**
   * @param before The material whose place it takes: a default file that is gone since then is missed, too.
   * @throws {ConfigurationError} listing everything that is wrong with it.
   */
  constructor(settings: TlsSettings, version = 1, before?: FileMaterial) {
    this.#settings = settings
    this.#loaded = readTlsSnapshot(settings, version, before ? before.#inUse : undefined)
    const { snapshot, problems, files } = this.#loaded
    if (!snapshot) throw new ConfigurationError(problems)
    this.#snapshot = snapshot
    this.#inUse = files.inUse
  }

  /**
   * The material as it is now. It asks the file system whether a file changed, and reads only then. A replacement that is
   * bad is looked at again when a file changes.
   *
   * @throws {ConfigurationError} where the last good material is no replacement: it was made without a file of roots or
   * revocations that is there now and cannot be used, and would trust whom that may exclude.
   */
  current(): TlsSnapshot {
    const { files } = this.#loaded
    if (files.stamp !== files.stampNow()) this.#reload()
    if (this.#refusal) throw this.#refusal
    return this.#snapshot
  }

  /** The last good material; no file is looked at. */
  get last(): TlsSnapshot {
    return this.#snapshot
  }

  async ready(): Promise<TlsSnapshot> {
    return this.current()
  }

  /** There is none: every connection looks at the files. */
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
      publish({ kind: 'reloaded', version: snapshot })
      return
    }
    publish({ kind: 'reload-failed', version: this.#snapshot, problems })
    if (!this.#refusal) warnOfReload('files are', new ConfigurationError(problems).message, this.#settings)
  }
}
