import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExposedProcess, privateFolder } from '@verifull/core/diagnostics'
import { UsageError } from '../usage-error.ts'

/** Largest file of a process, in bytes. */
const LARGEST = 4096

/**
 * Returns the processes of this user that say that they expose their monitor; one that was killed may be among them.
 *
 * A service has no XDG_RUNTIME_DIR where the shell of the same user has one: the folder for temporary files counts as well.
 *
 * @throws UsageError if the folder is not this user's alone.
 */
export function exposedProcesses(environment: Readonly<Record<string, string | undefined>>): readonly ExposedProcess[] {
  const folder = privateFolder(environment)
  if ('problem' in folder) throw new UsageError(folder.problem)
  const ofServices = privateFolder({ ...environment, XDG_RUNTIME_DIR: undefined })
  const folders = new Set([folder.path, ...('path' in ofServices ? [ofServices.path] : [])])
  return [...folders]
    .flatMap((path) => entriesIn(path))
    .sort((one, other) => one.name.localeCompare(other.name) || one.pid - other.pid)
}

/** Returns the process that a word names: its number, or its name. */
export function named(processes: readonly ExposedProcess[], word: string): readonly ExposedProcess[] {
  return processes.filter(({ pid, name }) => String(pid) === word || name === word)
}

function entriesIn(folder: string): readonly ExposedProcess[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.flatMap((name) => entryIn(join(folder, name)) ?? [])
}

function entryIn(path: string): ExposedProcess | undefined {
  const text = textIn(path)
  try {
    const { pid, name, socket, token } = JSON.parse(text ?? '') as Record<keyof ExposedProcess, unknown>
    if (typeof pid !== 'number' || ![name, socket, token].every((value) => typeof value === 'string')) return undefined
    return { pid, name, socket, token } as ExposedProcess
  } catch {
    return undefined
  }
}

/** The text of a small file; undefined for anything else, and for one that has gone. */
function textIn(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch {
    return undefined
  }
  try {
    const stats = fstatSync(file)
    return stats.isFile() && stats.size <= LARGEST ? readFileSync(file, 'utf8') : undefined
  } finally {
    closeSync(file)
  }
}
