import { addressOf } from './address.ts'

const MARKER = Symbol.for('verifull.error')

/**
 * The base class of all errors of Verifull; {@link VerifullError.isInstance} also works across two copies of the
 * package.
 */
export abstract class VerifullError extends Error {
  /** Stable identifier for programs; the message may change. */
  readonly code: string
  readonly [MARKER] = true

  /** @param name The class's name as text, because a bundler may rename classes and change `new.target.name`. */
  constructor(name: string, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    // The stack is formatted when it is first read, with the name and the message at that time: with the code, as in
    // Node's own errors, and with the address of its documentation.
    this.name = `${name} [${code}]`
    if (this.help !== undefined) this.message = `${message}\nsee ${this.help}`
    void this.stack
    this.name = name
    this.message = message
  }

  /**
   * Address of the documentation of the code, with causes and fixes; undefined for an error of the server. The stack and
   * {@link toString} have it below the message, which stays one that programs can match and other messages can quote.
   */
  get help(): string | undefined {
    return addressOf(this.code)
  }

  /** Adds a line to the message, once, for a cause that is known only after the error was made. */
  addNote(note: string): void {
    if (this.message.includes(note)) return
    const message = `${this.message}\nnote: ${note}`
    this.stack = this.stack?.replace(this.message, () => message) ?? message
    this.message = message
  }

  /** Returns `TlsError [TLS_NAME]: message` and the address of its documentation, as the stack begins. */
  override toString(): string {
    const { help } = this
    return `${this.name} [${this.code}]: ${this.message}${help === undefined ? '' : `\nsee ${help}`}`
  }

  /** True for an error of this pack, made by any copy of the package. */
  static isInstance(value: unknown): value is VerifullError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARKER] === true
  }
}
