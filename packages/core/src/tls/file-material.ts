import { ConfigurationError } from '../errors/configuration-error.ts'
import { publish, warnOfReload } from '../events/tls.ts'
import type { TlsMaterial, TlsSources } from './material.ts'
import type { TlsSettings } from './settings.ts'
import { readTlsVersion, type TlsReading, type TlsVersion } from './version.ts'

/** TLS material that follows its files. */
export class FileMaterial implements TlsMaterial {
  readonly #settings: TlsSettings
  #reading: TlsReading
  #version: TlsVersion
  #inUse: ReadonlySet<string>
  #refusal: ConfigurationError | undefined

  /**
   * @param before The material whose place it takes: a default file that is gone since then is missed, too.
   * @throws {ConfigurationError} listing everything that is wrong with it.
   */
  constructor(settings: TlsSettings, version = 1, before?: FileMaterial) {
    this.#settings = settings
    this.#reading = readTlsVersion(settings, version, before ? before.#inUse : undefined)
    const { version: first, problems, files } = this.#reading
    if (!first) throw new ConfigurationError(problems)
    this.#version = first
    this.#inUse = files.inUse
  }

  /**
   * The material as it is now. It asks the file system whether a file changed, and reads only then. A replacement that is
   * bad is looked at again when a file changes.
   *
   * @throws {ConfigurationError} where the last good material is no replacement: it was made without a file of roots or
   * revocations that is there now and cannot be used, and would trust whom that may exclude.
   */
  current(): TlsVersion {
    const { files } = this.#reading
    if (files.stamp !== files.stampNow()) this.#reload()
    if (this.#refusal) throw this.#refusal
    return this.#version
  }

  /** The last good material; no file is looked at. */
  get last(): TlsVersion {
    return this.#version
  }

  async ready(): Promise<TlsVersion> {
    return this.current()
  }

  /** There is none: every connection looks at the files. */
  async renewed(): Promise<undefined> {}

  get sources(): TlsSources {
    const { roots, clientCertificate } = this.#version
    return { roots: roots.source, clientCertificate: clientCertificate?.source }
  }

  #reload(): void {
    this.#reading = readTlsVersion(this.#settings, this.#version.version + 1, this.#inUse)
    const { version, problems, files } = this.#reading
    this.#refusal = !version && files.isStricter ? new ConfigurationError(problems) : undefined
    if (version) {
      this.#version = version
      this.#inUse = files.inUse
      publish({ kind: 'reloaded', version })
      return
    }
    publish({ kind: 'reload-failed', version: this.#version, problems })
    if (!this.#refusal) warnOfReload('files are', new ConfigurationError(problems).message, this.#settings)
  }
}
