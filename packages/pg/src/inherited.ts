/** Returns a map's value for a class, or for the closest class that it extends. */
export function inherited<T>(map: WeakMap<object, T>, type: object): T | undefined {
  for (let one: object | null = type; one; one = Object.getPrototypeOf(one)) {
    const found = map.get(one)
    if (found !== undefined) return found
  }
  return undefined
}
