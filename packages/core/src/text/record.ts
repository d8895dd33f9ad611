import { types } from 'node:util'

/** Values by name. */
export type Named = Readonly<Record<string, unknown>>

/** The properties of a settings object. */
export interface Properties {
  /**
   * All properties, non-enumerable ones included: pg and Knex hide passwords and keys that way. Without a prototype.
   */
  readonly all: Named
  /** The enumerable properties: those that a copy of the object may have. */
  readonly visible: Record<string | symbol, unknown>
}

/** Built-in objects whose properties are no settings, with the words for them in messages. */
const BUILT_IN: readonly (readonly [is: (value: unknown) => boolean, name: string, advice?: string])[] = [
  [types.isMap, 'a Map', 'use Object.fromEntries() on it'],
  [types.isSet, 'a Set'],
  [types.isPromise, 'a Promise', 'await it first'],
  [types.isDate, 'a Date'],
  [types.isRegExp, 'a RegExp'],
  [types.isNativeError, 'an Error'],
  [types.isAnyArrayBuffer, 'an ArrayBuffer'],
  [ArrayBuffer.isView, 'bytes'],
  [types.isWeakMap, 'a WeakMap'],
  [types.isWeakSet, 'a WeakSet'],
  [types.isBoxedPrimitive, 'a boxed value'],
  [(value) => value instanceof URL, 'a URL'],
]

/**
 * Returns the reason that a value cannot be read as settings, such as `not a Map; use Object.fromEntries() on it`;
 * undefined for one that can.
 *
 * @param names Names of the known settings.
 */
export function unreadable(value: unknown, names: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `not ${kindOf(value)}`
  const [, name, advice] = BUILT_IN.find(([is]) => is(value)) ?? []
  if (name) return `not ${name}${advice ? `; ${advice}` : ''}`
  const { then, get } = value as { then?: unknown; get?: unknown }
  if (typeof then === 'function') return 'not a promise; await it first'
  // A configuration service, such as those of NestJS, convict and node-config: its values are no properties.
  if (typeof get !== 'function' || names.some((known) => known in value)) return undefined
  return `not ${classOf(value)} that gives its values by get(); give an object with what get() returns`
}

/**
 * Returns the properties of an object: its own and those inherited from an object of defaults or from a class.
 *
 * A method of a class counts only if its name is among `names`; the members of Object.prototype never do.
 */
export function propertiesOf(value: object, names: readonly string[]): Properties {
  const all: Record<string, unknown> = Object.create(null)
  const visible: Properties['visible'] = {}
  const take = (name: string | symbol, property: unknown, isVisible: boolean) => {
    if (typeof name === 'string') all[name] = property
    if (isVisible) define(visible, name, property)
  }
  for (let holder: object | null = value; holder && !isRoot(holder); holder = Object.getPrototypeOf(holder)) {
    const isClass = isPrototypeOfClass(holder)
    for (const name of Reflect.ownKeys(holder)) {
      if (name in all || Object.hasOwn(visible, name)) continue
      const descriptor = Reflect.getOwnPropertyDescriptor(holder, name)
      if (!descriptor) continue
      if (!isClass) take(name, Reflect.get(value, name), descriptor.enumerable === true)
      else if (name === 'constructor' || typeof name === 'symbol') continue
      else if (descriptor.get) take(name, Reflect.get(value, name), true)
      else if (names.includes(name) && typeof descriptor.value === 'function') {
        take(name, descriptor.value.bind(value), false)
      }
    }
  }
  // A proxy may have properties that it does not list.
  if (types.isProxy(value)) {
    for (const name of names) {
      const property: unknown = name in all ? undefined : Reflect.get(value, name)
      if (property !== undefined && property !== Reflect.get(Object.prototype, name)) take(name, property, true)
    }
  }
  return { all, visible }
}

/** Defines a property of any name: JSON.parse() also gives `__proto__` as an own property. */
function define(target: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true })
}

/** True for Object.prototype, of this realm or of another one, as test runners have. */
function isRoot(holder: object): boolean {
  return Object.getPrototypeOf(holder) === null && Object.hasOwn(holder, 'isPrototypeOf')
}

function isPrototypeOfClass(holder: object): boolean {
  const made: unknown = Reflect.getOwnPropertyDescriptor(holder, 'constructor')?.value
  return typeof made === 'function' && made.prototype === holder
}

function classOf(value: object): string {
  const name: unknown = Reflect.get(value, 'constructor')?.name
  return typeof name === 'string' && /^[A-Z]\w{0,40}$/.test(name) && name !== 'Object' ? `a ${name}` : 'an object'
}

/** Returns an own property. Words that users write, such as `constructor`, must not find inherited members. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/**
 * Copies the properties into an object without a prototype, so that an absent one is not found on a patched
 * Object.prototype.
 */
export function bare<T extends object>(properties: T): T {
  return Object.assign(Object.create(null), properties)
}

/** Returns the kind of a value for messages (`a string`, `an array`), never the value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  const kind = typeof value
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
}
