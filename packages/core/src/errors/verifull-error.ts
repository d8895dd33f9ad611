const MARKER = Symbol.for('verifull.error')

/** What every error of Verifull has in common; {@link VerifullError.isInstance} holds across two copies of the package. */
export abstract class VerifullError extends Error {
  /** Stable identifier for programs; the message may change. */
  abstract readonly code: string
  readonly [MARKER] = true

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
  }

  /** Tells whether `value` is an error of this pack, whichever copy of the package made it. */
  static isInstance(value: unknown): value is VerifullError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARKER] === true
  }
}
