import { Duplex } from 'node:stream'

/** A stand-in for pg's socket until there is one: destroying it gives up the connection attempt. */
export class PendingStream extends Duplex {
  readonly #abandon: (reason: Error | null) => void

  constructor(abandon: (reason: Error | null) => void) {
    super({ autoDestroy: true })
    this.#abandon = abandon
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    done()
  }

  override _final(done: (error?: Error | null) => void): void {
    done()
    this.destroy()
  }

  override _destroy(reason: Error | null, done: (error?: Error | null) => void): void {
    this.#abandon(reason)
    done()
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}
