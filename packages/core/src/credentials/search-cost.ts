const costs = new WeakMap<object, number>()

/** Counts one call to a store in a search for a replacement. */
export function countQuestion(search: object | undefined): void {
  if (search) costs.set(search, questionsIn(search) + 1)
}

/** Returns the number of calls to stores in a search. */
export function questionsIn(search: object): number {
  return costs.get(search) ?? 0
}
