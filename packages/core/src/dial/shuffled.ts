/** The same items in random order, each order equally likely (Fisher and Yates). */
export function shuffled<T>(items: readonly T[]): readonly T[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[order[last], order[other]] = [order[other] as T, order[last] as T]
  }
  return order
}
