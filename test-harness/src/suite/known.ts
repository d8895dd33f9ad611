/**
 * Checks that all names are known.
 *
 * @throws Error that begins with `complaint` and suggests similar names.
 */
export function demandKnown(complaint: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    throw new Error(
      `${complaint} ${name}; ${near.length === 0 ? `known are ${known.join(', ')}` : `did you mean ${near.join(', ')}?`}`,
    )
  }
}

/** Up to three most similar known names; none if all differ in more than a third of the letters. */
function nearest(name: string, known: readonly string[]): readonly string[] {
  return known
    .map((other) => ({ other, distance: editDistance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, distance }) => distance * 3 <= other.length)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ other }) => other)
}

/** Number of letters to insert, delete or replace to turn one word into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
