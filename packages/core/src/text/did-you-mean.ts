/**
 * Returns the candidate closest to `word`, for "did you mean …?": equal but for case and separators, or at most two
 * edits away. Undefined if none is that close.
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = plain(word)
  if (meant.length > 40) return undefined
  const limit = Math.min(2, Math.floor(meant.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(meant, plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance <= limit ? best.candidate : undefined
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_ .]/g, '')
}

/** Levenshtein's distance: the number of edits between two texts. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
