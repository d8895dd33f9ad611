import { types } from 'node:util'
import { isSecretName, redactText } from '../text/redact-text.ts'
import { Secret } from '../text/secret.ts'

const SHOWN = '[secret]'

/** Deepest level, and most properties in all, that a copy has: pools and clients lead to everything. */
const DEEPEST = 8
const MOST = 5000

/** Properties of foreign errors that hold what was sent: values of a query, requests with their headers. */
const CARRIED = new Set([
  'parameters',
  'bindings',
  'values',
  'bind',
  'config',
  'request',
  'response',
  'options',
  'headers',
  'client',
])

/** The names of an error's own text, which a copy has even where they are not enumerable. */
const TEXTS = ['message', 'stack'] as const

/**
 * Returns a copy of a value without secrets, for logs: of an error of a driver, an ORM or a store, of a configuration, of a
 * whole log entry. The original is not changed, and no getter is called.
 *
 * The copy of an error is an instance of the same classes, with the same `name`, `code` and other plain properties; message,
 * stack, cause and `errors` are redacted. In every other object a property with the name of a secret is struck out.
 *
 * Passwords, tokens, private keys, connection strings with a password, password hashes and passwords in SQL are struck
 * out, and what foreign errors carry of a request: its values, its headers. A value that looks like nothing of this is
 * not recognised; give it as `known`.
 *
 * @param known Secrets that are struck out wherever they stand.
 *
 * @example
 * const failure = new Error('cannot connect to postgresql://app:hunter2@db/orders')
 * console.log(redacted(failure).message) // cannot connect to postgresql://app:[secret]@db/orders
 */
export function redacted<T>(value: T, known: readonly string[] = []): T {
  return new Copy(known).of(value, 0) as T
}

/** One walk over a value; an object that is met again is the same copy. */
class Copy {
  readonly #known: readonly string[]
  readonly #copies = new Map<object, unknown>()
  #left = MOST

  constructor(known: readonly string[]) {
    this.#known = known
  }

  of(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return redactText(value, this.#known)
    if (typeof value === 'function') return `[function ${redactText(value.name, this.#known)}]`
    if (typeof value !== 'object' || value === null) return value
    const before = this.#copies.get(value)
    if (before !== undefined) return before
    if (value instanceof Secret) return SHOWN
    if (types.isNativeError(value) || value instanceof Error) return this.#error(value, depth)
    if (types.isDate(value)) return value
    if (value instanceof URL) return redactText(value.href, this.#known)
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`
    if (types.isProxy(value)) return '[proxy]'
    if (depth >= DEEPEST || this.#left <= 0) return Array.isArray(value) ? '[array]' : '[object]'
    if (types.isMap(value)) return this.#properties(value, Object.fromEntries(value), depth)
    if (types.isSet(value)) return this.#elements(value, [...value], depth)
    return Array.isArray(value) ? this.#elements(value, value, depth) : this.#properties(value, value, depth)
  }

  #elements(original: object, elements: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = []
    this.#copies.set(original, copy)
    for (const element of elements.slice(0, Math.max(0, this.#left))) {
      this.#left--
      copy.push(this.of(element, depth + 1))
    }
    return copy
  }

  #properties(original: object, source: object, depth: number): object {
    const copy: Record<PropertyKey, unknown> = {}
    this.#copies.set(original, copy)
    this.#fill(copy, source, depth, () => true)
    return copy
  }

  #error(error: Error, depth: number): Error {
    const copy = Object.create(Object.getPrototypeOf(error)) as Error
    this.#copies.set(error, copy)
    const isKept = (name: PropertyKey, value: unknown) =>
      !(CARRIED.has(String(name)) && typeof value === 'object') && !TEXTS.some((text) => text === name)
    for (const name of TEXTS) {
      const text = plainValue(error, name)
      define(copy, name, typeof text === 'string' ? redactText(text, this.#known) : '', false)
    }
    this.#fill(copy, error, depth, isKept)
    for (const name of ['cause', 'errors']) {
      const inner = plainValue(error, name)
      if (inner !== undefined) define(copy, name, this.of(inner, depth + 1), false)
    }
    return copy
  }

  /** Copies the enumerable properties, symbols included: loggers keep their own under symbols. */
  #fill(copy: object, source: object, depth: number, isKept: (name: PropertyKey, value: unknown) => boolean): void {
    for (const name of Reflect.ownKeys(source)) {
      const property = Object.getOwnPropertyDescriptor(source, name)
      if (!property?.enumerable || this.#left-- <= 0) continue
      const { value } = property
      if (property.get || property.set) define(copy, name, '[getter]', true)
      else if (
        typeof name === 'string' &&
        isSecretName(name) &&
        value !== undefined &&
        value !== null &&
        value !== ''
      ) {
        define(copy, name, SHOWN, true)
      } else if (isKept(name, value)) define(copy, name, this.of(value, depth + 1), true)
    }
  }
}

/** The value of a property, own or inherited, without calling a getter of the error's own. */
function plainValue(holder: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(holder, name)
  // V8 makes `stack` an accessor in newer versions, which is its own and calls nothing of others.
  if (property?.get) return name === 'stack' ? (holder as { stack?: unknown }).stack : undefined
  return property ? property.value : undefined
}

function define(copy: object, name: PropertyKey, value: unknown, enumerable: boolean): void {
  Object.defineProperty(copy, name, { value, enumerable, writable: true, configurable: true })
}
