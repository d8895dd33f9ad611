import { lstatSync, readlinkSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'

/** A folder that is passed on the way to a socket, or a link that is followed in one. */
interface Step {
  readonly path: string
  readonly uid: number
  /** Of the folder, also where the step is a link in it. */
  readonly mode: number
  readonly isLink: boolean
}

const OTHERS_WRITE = 0o002
const GROUP_OR_OTHERS_WRITE = 0o022
/** In a folder of this mode only its owner, and the owner of an entry, may rename or remove the entry. */
const STICKY = 0o1000
/** As many as Linux follows. */
const MOST_LINKS = 40

/** True for a socket of the abstract namespace, which has no file and belongs to whoever binds the name first. */
export function isAbstract(path: string): boolean {
  return path.startsWith('\0') || path.startsWith('@')
}

/**
 * True where any user of the machine may have made the socket: it is abstract, in a folder where everybody may write, as
 * `/tmp`, or on a way that everybody may change. Undefined where there is no such way, or it cannot be looked at.
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

/** The first folder or link on the way to the socket that somebody else than root, we and `owner` may change. */
export function changeableStep(path: string, owner: number): string | undefined {
  const steps = stepsTo(path)
  return steps.find(
    ({ uid, mode }) => !isTrusted(uid, owner) || ((mode & GROUP_OR_OTHERS_WRITE) !== 0 && (mode & STICKY) === 0),
  )?.path
}

function isTrusted(uid: number, owner?: number): boolean {
  return uid === 0 || uid === process.getuid?.() || uid === owner
}

/** The way from the root, links followed one by one; the folder that holds the socket is the last step. */
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
