/**
 * The releases of PostgreSQL that are supported, each with the newest minor release that mends a weakness.
 *
 * @see https://www.postgresql.org/support/security/
 */
const SUPPORTED: ReadonlyMap<number, number> = new Map([
  [15, 20],
  [16, 16],
  [17, 12],
  [18, 7],
  [19, 0],
])

/** Month in which these releases were looked up. */
export const SUPPORTED_ON = '2026-11'

/** The verdict on a version: its major release has ended, or a later minor release mends a weakness of it; 0 is not seen. */
export function versionFault(versionNumber: number): 'ended' | { readonly minimum: string } | undefined {
  const [major, minor] = [Math.floor(versionNumber / 10_000), versionNumber % 10_000]
  const minimum = SUPPORTED.get(major)
  if (minimum !== undefined) return minor < minimum ? { minimum: `${major}.${minimum}` } : undefined
  return major > 0 && major < Math.min(...SUPPORTED.keys()) ? 'ended' : undefined
}
