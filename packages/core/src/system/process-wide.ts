/**
 * Returns a value that all copies of this package in the process share; the first of them makes it.
 *
 * @param name Names the value among all that a process has.
 */
export function processWide<Value>(name: string, make: () => Value): Value {
  const key = Symbol.for(name)
  const shared = globalThis as { [key]?: Value }
  shared[key] ??= make()
  return shared[key]
}
