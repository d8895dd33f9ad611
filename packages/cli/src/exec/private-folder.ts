import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** A folder that only its owner can read, for the files of one child; it is removed when the process ends. */
export class PrivateFolder {
  readonly #path: string
  readonly #remove = () => rmSync(this.#path, { recursive: true, force: true })

  /**
   * @param temporary The folder for temporary files. Default: the system's, which TMPDIR names.
   * @throws UsageError if it cannot be written to, and so from {@link write}.
   */
  constructor(temporary = tmpdir()) {
    removeStale(temporary)
    this.#path = writing(temporary, () => mkdtempSync(join(temporary, `${PREFIX}${process.pid}-`)))
    process.on('exit', this.#remove)
  }

  /** Writes a file that only its owner can read, and returns its path. */
  write(name: string, contents: string | Buffer): string {
    const path = join(this.#path, name)
    writing(this.#path, () => writeFileSync(path, contents, { mode: 0o600, flag: 'wx' }))
    return path
  }

  remove(): void {
    process.off('exit', this.#remove)
    this.#remove()
  }
}

function writing<T>(place: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(
      `the private files of the program cannot be written to ${place} (${code}); set TMPDIR to a folder that is writable and has space`,
    )
  }
}

/** Numbers of processes differ between containers that share a folder: the name has the container's. */
const PREFIX = `verifull-exec-${processNamespace()}-`

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
  } catch {
    return '0'
  }
}

/** Removes folders that processes left which were killed. */
function removeStale(temporary: string): void {
  for (const name of namesIn(temporary)) {
    const [, pid] = name.startsWith(PREFIX) ? (/^(\d+)-/.exec(name.slice(PREFIX.length)) ?? []) : []
    const path = join(temporary, name)
    if (pid !== undefined && !isRunning(Number(pid)) && isOurs(path)) rmSync(path, { recursive: true, force: true })
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function isOurs(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && (process.getuid === undefined || stats.uid === process.getuid())
}
