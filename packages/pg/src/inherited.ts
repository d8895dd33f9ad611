/** The value that a map has for a class, or for the nearest of the classes that it extends. */
export function inherited<T>(map: WeakMap<object, T>, type: object): T | undefined {
  for (let one: object | null = type; one; one = Object.getPrototypeOf(one)) {
    const found = map.get(one)
    if (found !== undefined) return found
  }
  return undefined
}
