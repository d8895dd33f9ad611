/** Freezes an object and everything in it, except properties with one of these names. */
export function deepFreeze<T extends object>(value: T, except: readonly string[] = []): T {
  for (const [name, one] of Object.entries(value)) {
    if (!except.includes(name) && typeof one === 'object' && one !== null) deepFreeze(one, except)
  }
  return Object.freeze(value)
}
