import type { Stats } from 'node:fs'

const GROUP_WRITE_OR_EXECUTE = 0o030
const GROUP = 0o070
const OTHERS = 0o007

/**
 * True for a secret's file that others may read, by libpq's rule for client keys: only the owner may have access, and
 * the group may read a file of root's.
 *
 * Windows has no such modes and is not checked, as in libpq.
 */
export function isTooOpen({ mode, uid }: Pick<Stats, 'mode' | 'uid'>, platform = process.platform): boolean {
  return platform !== 'win32' && (mode & (OTHERS | (uid === 0 ? GROUP_WRITE_OR_EXECUTE : GROUP))) !== 0
}

/** Returns the fault in the owner or mode of a private key's file, in libpq's words; undefined if there is none. */
export function keyPermissionProblem(
  file: Pick<Stats, 'mode' | 'uid' | 'isFile'>,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (!file.isFile()) return 'is not a regular file'
  if (!isTooOpen(file, platform)) return undefined
  return 'has group or world access; file must have permissions u=rw (0600) or less if owned by the current user, or permissions u=rw,g=r (0640) or less if owned by root'
}
