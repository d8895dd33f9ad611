/** As lodash does it: plain objects and arrays are copied, functions and instances of classes are passed on. */
export function deepCopy<T>(value: T): T
export function deepCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => deepCopy(one))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deepCopy(one)]))
}
