import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { PostgresServer } from '@verifull/test-harness'

/** Processors by their numbers, as `taskset --cpu-list` takes them: `0`, `1-3`. */
type Processors = string

/**
 * A processor for the readers, and the others for the server. A scheduler that moves both between two processors makes three
 * percent from one process to the next.
 */
export class Separation {
  readonly #readers: Processors
  readonly #servers: Processors
  readonly #all: Processors
  readonly #server: number

  private constructor([first, ...others]: readonly string[], server: number) {
    this.#readers = first ?? ''
    this.#servers = others.join()
    this.#all = `${first},${this.#servers}`
    this.#server = server
  }

  /** Separates a server's new sessions from the readers; undefined on one processor, in a container, or without `taskset`. */
  static async of(server: PostgresServer): Promise<Separation | undefined> {
    const processors = await allowedProcessors()
    if (processors.length < 2 || server.from === 'container') return undefined
    const [row] = await server.sql(String.raw`select split_part(pg_read_file('postmaster.pid'), E'\n', 1) as pid`)
    const separation = new Separation(processors, Number(row?.pid))
    await keepOn(separation.#servers, separation.#server)
    return separation
  }

  /** Keeps a process of a reader on the processor of readers. */
  async add(processId: number): Promise<void> {
    await keepOn(this.#readers, processId)
  }

  /** Lets the server have all processors again. */
  async end(): Promise<void> {
    await keepOn(this.#all, this.#server)
  }
}

/** Returns the processors of this process, one number each; none where they cannot be chosen. */
async function allowedProcessors(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return []
  const hasProgram = await promisify(execFile)('taskset', ['--version']).then(
    () => true,
    () => false,
  )
  if (!hasProgram) return []
  const status = await readFile('/proc/self/status', 'utf8')
  const ranges = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1]?.split(',') ?? []
  return ranges.flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, step) => String(from + step))
  })
}

async function keepOn(processors: Processors, processId: number): Promise<void> {
  await promisify(execFile)('taskset', ['--all-tasks', '--cpu-list', '--pid', processors, String(processId)])
}
