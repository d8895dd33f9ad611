import { lstatSync, readlinkSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'

/** A folder on the path to a socket, or a link that is followed on it. */
interface Step {
  readonly path: string
  readonly uid: number
  /** Mode of the folder, also for a link in it. */
  readonly mode: number
  readonly isLink: boolean
}

const OTHERS_WRITE = 0o002
const GROUP_OR_OTHERS_WRITE = 0o022
/** Mode bit of a folder in which only its owner, and the owner of an entry, may rename or remove the entry. */
const STICKY = 0o1000
/** Most links to follow, as on Linux. */
const MOST_LINKS = 40

/**
 * True for a socket of the abstract namespace, which has no file and belongs to the first process that binds the name.
 */
export function isAbstract(path: string): boolean {
  return path.startsWith('\0') || path.startsWith('@')
}

/**
 * True if any user of the machine may have made the socket: it is abstract, in a folder that all users may write to,
 * such as `/tmp`, or below one that they may change. Undefined if the path does not exist or cannot be examined.
 */
export function isShared(path: string): boolean | undefined {
  if (isAbstract(path)) return true
  let steps: readonly Step[]
  try {
    steps = stepsTo(path)
  } catch {
    return undefined
  }
  const folder = steps.at(-1)
  return steps.some((step) => {
    if ((step.mode & OTHERS_WRITE) === 0) return false
    if (step.isLink) return !isTrusted(step.uid)
    return step === folder || (step.mode & STICKY) === 0
  })
}

/**
 * Returns the first folder or link on the path to the socket that another user than root, the own one and `owner` may
 * change.
 */
export function changeableStep(path: string, owner: number): string | undefined {
  const steps = stepsTo(path)
  return steps.find(
    ({ uid, mode }) => !isTrusted(uid, owner) || ((mode & GROUP_OR_OTHERS_WRITE) !== 0 && (mode & STICKY) === 0),
  )?.path
}

function isTrusted(uid: number, owner?: number): boolean {
  return uid === 0 || uid === process.getuid?.() || uid === owner
}

/**
 * Returns the steps from the root, with links followed one by one; the folder that holds the socket is the last step.
 */
function stepsTo(path: string): readonly Step[] {
  const steps: Step[] = []
  const names = namesIn(path)
  let folder: string = sep
  let links = 0
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const { uid, mode } = lstatSync(folder)
    steps.push({ path: folder, uid, mode, isLink: false })
    const entry = join(folder, name)
    const stats = lstatSync(entry, { throwIfNoEntry: names.length > 0 })
    if (!stats) break // a socket that is not there yet: its folder is known
    if (!stats.isSymbolicLink()) {
      folder = entry
      continue
    }
    if (++links > MOST_LINKS) throw tooManyLinks(path)
    steps.push({ path: entry, uid: stats.uid, mode, isLink: true })
    names.unshift(...namesIn(resolve(folder, readlinkSync(entry))))
    folder = sep
  }
  return steps
}

function namesIn(path: string): string[] {
  return resolve(path).split(sep).filter(Boolean)
}

function tooManyLinks(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`ELOOP: too many symbolic links, lstat '${path}'`), {
    code: 'ELOOP',
    syscall: 'lstat',
  })
}
