import type { CellResult } from '../suite/result.ts'
import type { Verdict } from '../suite/verdict.ts'
import type { ConformanceRun } from './report.ts'

/** The verdicts in descending order of severity. */
export const WORST_FIRST: readonly Verdict[] = ['weaker', 'failed', 'different', 'stricter', 'equal', 'unsupported']

/** The verdicts that occur, worst first, each with its count. */
export function tally(
  results: readonly CellResult[],
): readonly { readonly verdict: Verdict; readonly count: number }[] {
  return WORST_FIRST.flatMap((verdict) => {
    const count = results.filter((result) => result.verdict === verdict).length
    return count === 0 ? [] : [{ verdict, count }]
  })
}

/** True if at least one cell ran and none is worse than libpq. */
export function conforms({ counts }: Pick<ConformanceRun, 'counts'>): boolean {
  const { equal, stricter, weaker, different, failed } = counts
  return equal + stricter > 0 && weaker + different + failed === 0
}
