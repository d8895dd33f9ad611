import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../postgres/free-port.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import { watchOver } from '../postgres/watchdog.ts'

/** A program between clients and PostgreSQL, with its files in a folder of its own. */
export interface Daemon {
  /** Its TCP port on 127.0.0.1. */
  readonly port: number
  /** Path of one of its files. */
  path(name: string): string
  /** Writes one of its files. */
  write(name: string, content: string): Promise<void>
  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void
  /** Ends it with a signal. {@link launch} starts it again. */
  end(signal: NodeJS.Signals): Promise<void>
  /** Starts it again, at the same port. */
  launch(): Promise<void>
  /** Its words so far. */
  log(): string
  /** Ends it and removes its files. Idempotent. */
  stop(): Promise<void>
}

/** A program to run, and the way to see that it is ready. */
export interface DaemonWanted {
  /** Path of the program. */
  readonly program: string
  /** Name of the configuration file. */
  readonly configuration: string
  /** Arguments before the path of the configuration file. */
  readonly flags: readonly string[]
  /** Writes the files, for a port that is known only now. */
  prepare(daemon: Pick<Daemon, 'port' | 'path' | 'write'>): Promise<void>
  /** True once it is ready for clients. `said` are its words since it was launched. */
  isReady(daemon: Pick<Daemon, 'path'>, said: string): boolean | Promise<boolean>
}

/** Path of an installed program; Debian installs daemons where only root's PATH leads. */
export function programNamed(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(existsSync)
}

/**
 * First line that the program prints about its version; undefined if it is not installed, which is reported on stderr,
 * or thrown with `CI=true`.
 */
export function versionHere(name: string, flag: string): string | undefined {
  const program = programNamed(name)
  const said = program && spawnSync(program, [flag], { encoding: 'utf8' }).stdout
  if (said) return said.split('\n', 1)[0]
  const text = `NOT TESTED: ${name} is not installed here`
  if (process.env.CI === 'true') throw new Error(text)
  process.stderr.write(`${text}\n`)
  return undefined
}

/**
 * Starts a program on an ephemeral port of 127.0.0.1.
 *
 * @throws Error with its words if it does not start.
 */
export async function startDaemon(wanted: DaemonWanted): Promise<Daemon> {
  for (let attempt = 1; ; attempt++) {
    const daemon = new DaemonProcess(wanted, await freePort())
    try {
      await daemon.start()
      return daemon
    } catch (error) {
      await daemon.stop()
      // Another program took the port; any other failure is final.
      if (attempt === 5 || !/Address already in use/i.test(daemon.log())) throw error
    }
  }
}

/** The programs refuse to run as root, or must not. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const LONGEST_START_MS = 10_000
const LONGEST_LOG = 200_000

class DaemonProcess implements Daemon {
  readonly port: number
  readonly #wanted: DaemonWanted
  readonly #folder = temporaryFolder()
  #said = ''
  #process: { readonly signal: (name: NodeJS.Signals) => void; readonly ended: Promise<unknown> } | undefined
  #dismiss = () => {}

  constructor(wanted: DaemonWanted, port: number) {
    this.#wanted = wanted
    this.port = port
  }

  async start(): Promise<void> {
    const { path } = this.#folder
    await chmod(path, 0o755)
    if (NOBODY.uid !== undefined) await chown(path, NOBODY.uid, NOBODY.gid)
    await this.#wanted.prepare(this)
    await this.launch()
  }

  // Functions of their own: callers take them out of the object.
  readonly path = (name: string): string => join(this.#folder.path, name)

  readonly write = async (name: string, content: string): Promise<void> => {
    await writeFile(this.path(name), content, { mode: 0o600 })
    if (NOBODY.uid !== undefined) await chown(this.path(name), NOBODY.uid, NOBODY.gid)
  }

  async launch(): Promise<void> {
    const { program, configuration, flags } = this.#wanted
    const child = spawn(program, [...flags, this.path(configuration)], {
      ...NOBODY,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    let isRunning = true
    child.stderr.on('data', (bytes: Buffer) => {
      said = `${said}${bytes}`.slice(-LONGEST_LOG)
      this.#said = `${this.#said}${bytes}`.slice(-LONGEST_LOG)
    })
    const ended = once(child, 'close')
      .catch((error: Error) => {
        said += error.message
      })
      .finally(() => {
        isRunning = false
      })
    this.#dismiss = child.pid === undefined ? () => {} : watchOver({ processId: child.pid, folder: this.path('') })
    this.#process = { signal: (name) => child.kill(name), ended }
    for (const limit = performance.now() + LONGEST_START_MS; ; await pause(20)) {
      const isReady = await this.#wanted.isReady(this, said)
      if (isReady && isRunning) return
      if (!isRunning || performance.now() > limit) throw new Error(`${program} did not start; it said:\n${said}`)
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal)
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.signal(signal)
    await this.#process?.ended
    this.#process = undefined
    this.#dismiss()
  }

  readonly log = (): string => this.#said

  readonly stop = async (): Promise<void> => {
    await this.end('SIGKILL')
    await this.#folder.remove()
  }
}
