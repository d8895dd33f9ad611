import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunAs } from '../postgres/run-as.ts'
import type { PostgresServer } from '../postgres/server.ts'
import { simpleQuery } from '../postgres/simple-query.ts'
import { watchOver } from '../postgres/watchdog.ts'

/** Ports of a node on 127.0.0.1. */
export interface NodePorts {
  readonly postgres: number
  readonly rest: number
  readonly raft: number
}

/** A server that Patroni runs. */
export interface PatroniNode extends Pick<PostgresServer, 'host' | 'port' | 'database' | 'password' | 'sql'> {
  /** Its name in the cluster. */
  readonly name: string
  /** Port of Patroni's REST API on 127.0.0.1. */
  readonly restPort: number
  /** Ends the server with kill -9; Patroni lives. */
  crash(): Promise<void>
}

/** A node, with the operations of its owner. */
export interface OwnedNode extends PatroniNode {
  start(): void
  stop(): Promise<void>
  /** The words of Patroni and its server so far. */
  log(): string
}

/** A node to make. `configuration` is Patroni's, without ports and folders. */
export interface NodeWanted {
  readonly name: string
  readonly program: string
  readonly run: RunAs
  readonly folder: string
  readonly ports: NodePorts
  readonly configuration: object
  readonly password: PostgresServer['password']
}

/** Makes a node, which {@link OwnedNode.start} starts. */
export async function patroniNode(wanted: NodeWanted): Promise<OwnedNode> {
  const { name, program, run, folder, ports, configuration, password } = wanted
  const file = join(folder, `${name}.json`)
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 })
  await run.own(file)
  let child: ChildProcess | undefined
  let ended: Promise<unknown> = Promise.resolve()
  let dismiss = () => {}
  let said = ''
  return {
    name,
    host: '127.0.0.1',
    port: ports.postgres,
    restPort: ports.rest,
    database: 'app',
    password,
    sql: (text, database = 'postgres') =>
      simpleQuery({ to: { path: join(folder, `.s.PGSQL.${ports.postgres}`) }, user: 'postgres' }, database, text),
    start() {
      const [command, args] = run.command(program, [file])
      const env = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C', PYTHONUNBUFFERED: '1' }
      child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], ...run.user })
      const hear = (bytes: Buffer) => {
        said = `${said}${bytes}`.slice(-100_000)
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
      ended = once(child, 'exit').catch(() => {})
      if (child.pid) dismiss = watchOver({ processId: child.pid, signal: 'TERM' })
    },
    async crash() {
      const [pid] = (await readFile(join(folder, name, 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGKILL')
    },
    async stop() {
      // It shuts its server down.
      child?.kill('SIGTERM')
      await ended
      dismiss()
    },
    log: () => said,
  }
}
