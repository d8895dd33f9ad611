import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { processVariables, type Variables } from '../system/process-facts.ts'

/** The folder of a user's exposed monitors, or the reason that it cannot be used. */
export type PrivateFolder = { readonly path: string } | { readonly problem: string }

/** Permissions of everyone but the owner. */
const OTHERS = 0o077

/**
 * Returns the folder of this user's exposed monitors: in XDG_RUNTIME_DIR, else in the folder for temporary files under a
 * name with the user's number.
 *
 * Anyone may have made a folder of that name there: one that is a link, belongs to another user or is open to others is not
 * used. On Windows it is in the user's own LOCALAPPDATA.
 */
export function privateFolder(variables: Variables = processVariables()): PrivateFolder {
  const path = pathIn(variables)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') return { problem: `the folder ${path} cannot be made (${code}); ${FIX}` }
  }
  const flaw = flawOf(path)
  return flaw === undefined ? { path } : { problem: `the folder ${path} is not used: it ${flaw}; ${FIX}` }
}

const FIX = 'set XDG_RUNTIME_DIR to a folder that only this user can open'

function pathIn({ XDG_RUNTIME_DIR: runtime, LOCALAPPDATA: local, TMPDIR: temporary }: Variables): string {
  if (process.platform === 'win32' && local) return join(local, 'verifull')
  if (runtime && isAbsolute(runtime)) return join(runtime, 'verifull')
  return join(temporary || tmpdir(), `verifull-${process.getuid?.() ?? 'user'}`)
}

/** Returns the reason that other users may read or replace things in a folder; undefined without one. */
function flawOf(path: string): string | undefined {
  const { uid, mode, ...stats } = statsOf(path)
  if (!stats.isDirectory) return 'is no folder'
  if (process.getuid === undefined) return undefined
  if (uid !== process.getuid()) return `belongs to the user ${uid}`
  return (mode & OTHERS) === 0 ? undefined : `is open to others (mode ${(mode & 0o777).toString(8)})`
}

/** Of the folder itself, not of one that a link leads to. */
function statsOf(path: string): { readonly isDirectory: boolean; readonly uid: number; readonly mode: number } {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return { isDirectory: stats?.isDirectory() ?? false, uid: stats?.uid ?? -1, mode: stats?.mode ?? 0 }
}
