const costs = new WeakMap<object, number>()

/** Counts one question to a store in a search for another secret. */
export function countQuestion(search: object | undefined): void {
  if (search) costs.set(search, questionsIn(search) + 1)
}

/** How many questions to stores a search has cost. */
export function questionsIn(search: object): number {
  return costs.get(search) ?? 0
}
