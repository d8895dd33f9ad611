const MARKER = Symbol.for('verifull.error')

/** The base of every error of Verifull; {@link VerifullError.isInstance} holds across two copies of the package. */
export abstract class VerifullError extends Error {
  /** Stable identifier for programs; the message may change. */
  readonly code: string
  readonly [MARKER] = true

  /** @param name The class's name as text: `new.target.name` is not it once a bundler has renamed the class. */
  constructor(name: string, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    // The stack is formatted when it is first read, with the name of that moment: as in Node's own errors, it has the code.
    this.name = `${name} [${code}]`
    void this.stack
    this.name = name
  }

  /** Adds a line to the message, once, where more is known of the cause than where the error was made. */
  addNote(note: string): void {
    if (this.message.includes(note)) return
    const message = `${this.message}\nnote: ${note}`
    this.stack = this.stack?.replace(this.message, () => message) ?? message
    this.message = message
  }

  /** Gives `TlsError [TLS_NAME]: message`, as the stack begins. */
  override toString(): string {
    return `${this.name} [${this.code}]: ${this.message}`
  }

  /** Tells whether `value` is an error of this pack, whichever copy of the package made it. */
  static isInstance(value: unknown): value is VerifullError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARKER] === true
  }
}
