/** Freezes plain objects, lists and sets, and everything in them; instances of classes are left as they are. */
export function deepFreeze<T>(value: T): T {
  if (!isData(value) || Object.isFrozen(value)) return value
  if (value instanceof Set) {
    for (const name of ['add', 'delete', 'clear']) Object.defineProperty(value, name, { value: refuse })
  }
  Object.freeze(value)
  for (const part of value instanceof Set ? value : Object.values(value)) deepFreeze(part)
  return value
}

function isData(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Array.isArray(value) || value instanceof Set
}

function refuse(): never {
  throw new TypeError('the set of a frozen profile cannot be changed')
}
