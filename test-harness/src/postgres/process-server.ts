import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import type { ServerPrograms } from './programs.ts'
import { createRole } from './roles.ts'
import { type RunAs, type RunAsWay, runAs } from './run-as.ts'
import { postgresServer, type Running } from './running.ts'
import type { PostgresServer } from './server.ts'
import { type Configured, opensslEnvironment, serverFiles } from './server-files.ts'
import { ServerLog } from './server-log.ts'
import { copyTemplate, SERVER_ENVIRONMENT } from './template.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { PostgresWanted } from './wanted.ts'
import { watchOver } from './watchdog.ts'

/** Options for the harness's own use. */
export interface Inner {
  /** Way to start the programs as root; see {@link runAs}. */
  readonly way?: RunAsWay
  /** Primary of the standby to start; it must run from the same programs. */
  readonly standbyOf?: PostgresServer
}

/** Signals that end a server. */
export type EndSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGKILL'

const NAMES = { embedded: 'embedded (npm)', local: 'local programs' }
// Only this process can enter the folder of the socket.
const ADMISSION = ['local all postgres trust', 'local replication postgres trust']
const READY = /database system is ready to accept (read-only )?connections/

/** A server as a child process, with the operations that only the owner of the process has. */
export interface OwnedServer {
  readonly server: PostgresServer
  readonly process: Pick<ServerProcess, 'end' | 'launch' | 'signalAll' | 'follow' | 'copyFrom'>
}

/** Starts the server of these programs as a child process. */
export async function startProcess(
  programs: ServerPrograms,
  wanted: PostgresWanted,
  inner: Inner = {},
): Promise<PostgresServer> {
  return (await startOwned(programs, wanted, inner)).server
}

/** Like {@link startProcess}, for callers that also stop, crash or suspend the process. */
export async function startOwned(
  programs: ServerPrograms,
  wanted: PostgresWanted,
  { way, standbyOf }: Inner = {},
): Promise<OwnedServer> {
  const run = runAs(programs, way)
  const folder = temporaryFolder()
  const running = new ServerProcess(run, folder, wanted.environment)
  try {
    await copyTemplate(programs, run, join(folder.path, 'data'))
    await run.own(folder.path)
    if (standbyOf) await running.follow(standbyOf)
    await running.start(wanted)
    const { major, version, from } = programs
    const description = `PostgreSQL ${version}, ${NAMES[from]}`
    const facts = { major, version, from, description, socketDirectory: folder.path }
    const server = postgresServer(facts, running, wanted)
    for (const role of standbyOf ? [] : (wanted.roles ?? [])) await server.sql(createRole(role).join(';'))
    return { server, process: running }
  } catch (error) {
    await running.stop()
    throw error
  }
}

class ServerProcess implements Running {
  readonly log = new ServerLog()
  port = 0
  readonly #run: RunAs
  readonly #folder: ReturnType<typeof temporaryFolder>
  readonly #environment: Readonly<Record<string, string>>
  #following: Record<string, string> = {}
  #configured: Configured = {}
  #isSuspended = false
  #child: ChildProcess | undefined
  #ended: Promise<unknown> = Promise.resolve()
  #dismissWatchdog = () => {}

  constructor(run: RunAs, folder: ReturnType<typeof temporaryFolder>, environment?: Readonly<Record<string, string>>) {
    this.#run = run
    this.#folder = folder
    this.#environment = environment ?? { ...SERVER_ENVIRONMENT, ...opensslEnvironment(folder.path) }
  }

  get administration() {
    return { to: { path: join(this.#folder.path, `.s.PGSQL.${this.port}`) }, user: 'postgres' }
  }

  /** Makes it a standby of `primary` from its next start on; a running standby follows it after a reload. */
  async follow(primary: PostgresServer): Promise<void> {
    const { socketDirectory, port } = primary
    this.#following = {
      primary_conninfo: `host=${socketDirectory} port=${port} user=postgres application_name=standby`,
    }
    await this.#write('data/standby.signal', '', 0o600)
    if (this.port !== 0) await this.configure(this.#configured)
  }

  /** Replaces the data of the stopped server by a base backup of a running one of this machine. */
  async copyFrom({ sql }: PostgresServer): Promise<void> {
    const data = join(this.#folder.path, 'data')
    await rm(data, { recursive: true, force: true })
    // One request is one session, in which the backup begins and ends; the server itself copies its folder.
    const [backup] = await sql(`select pg_backup_start('copy', true);
      copy (select 1 where false) to program 'cp -R . ${data}';
      select labelfile from pg_backup_stop(false)`)
    await rm(join(data, 'postmaster.pid'))
    await this.#write('data/backup_label', String(backup?.labelfile), 0o600)
  }

  async start(configured: Configured): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.port = await freePort()
      await this.configure(configured)
      const start = this.log.length
      if (await this.#launch()) return
      const said = this.log.lines(start).join('\n')
      // Another program took the port; any other failure is final.
      if (attempt === 5 || !said.includes('Address already in use')) {
        throw new Error(`PostgreSQL did not start; it said:\n${said}`)
      }
    }
  }

  async configure(configured: Configured): Promise<void> {
    this.#configured = configured
    const { path } = this.#folder
    const fixed = {
      ...this.#following,
      data_directory: join(path, 'data'),
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: path,
    }
    for (const { name, content, mode } of serverFiles(configured, path, fixed, ADMISSION)) {
      await this.#write(name, content, mode)
    }
  }

  async restart(): Promise<void> {
    await this.end('SIGINT')
    await this.launch()
  }

  /** Starts the stopped server again, at the same port and with the same data. */
  async launch(): Promise<void> {
    const start = this.log.length
    if (!(await this.#launch()))
      throw new Error(`PostgreSQL did not start; it said:\n${this.log.lines(start).join('\n')}`)
  }

  /** Sends a signal to the server's process and to those of its sessions. */
  async signalAll(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const main = this.#child?.pid
    if (main === undefined) return
    this.#isSuspended = signal === 'SIGSTOP'
    // The first process must start no others meanwhile.
    process.kill(main, signal)
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
    for (const line of stdout.split('\n')) {
      const [child = 0, parent] = line.trim().split(/\s+/).map(Number)
      if (parent === main) signalUnlessGone(child, signal)
    }
  }

  async stop(): Promise<void> {
    await this.end('SIGINT')
    await this.#folder.remove()
  }

  // True if the server is ready.
  async #launch(): Promise<boolean> {
    const { path } = this.#folder
    const start = this.log.length
    const config = ['-D', join(path, 'data'), '-c', `config_file=${join(path, 'postgresql.conf')}`]
    const [file, args] = this.#run.command(join(this.#run.bin, 'postgres'), config)
    const child = spawn(file, args, {
      cwd: path,
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...this.#run.user,
    })
    const logEnded = this.log.follow(child.stderr)
    this.#child = child
    this.#ended = Promise.all([once(child, 'exit'), logEnded])
    this.#dismissWatchdog = watchOver(child.pid ? { processId: child.pid, folder: path } : { folder: path })
    const ready = await Promise.race([this.log.find(READY, start).then(() => true), this.#ended.then(() => false)])
    if (!ready) this.#dismissWatchdog()
    return ready
  }

  /**
   * Ends the server with a signal: SIGTERM waits for the sessions, SIGINT ends them with 57P01, SIGQUIT with 57P02, and
   * SIGKILL is a crash. After 5 s the end becomes immediate.
   */
  async end(signal: EndSignal): Promise<void> {
    const child = this.#child
    if (!child) return
    if (this.#isSuspended && signal !== 'SIGKILL') await this.signalAll('SIGCONT')
    this.#child = undefined
    child.kill(signal)
    const firmer = setTimeout(() => child.kill('SIGQUIT'), 5000)
    await this.#ended
    clearTimeout(firmer)
    this.#isSuspended = false
    this.#dismissWatchdog()
  }

  async #write(name: string, content: string, mode: number): Promise<void> {
    const path = join(this.#folder.path, name)
    await writeFile(path, content, { mode })
    await this.#run.own(path)
  }
}

function signalUnlessGone(processId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(processId, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
