import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../postgres/free-port.ts'
import type { PostgresServer } from '../postgres/server.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { ServerTls } from '../postgres/wanted.ts'
import { watchOver } from '../postgres/watchdog.ts'

/** Configuration of a PgBouncer. */
export interface PgbouncerWanted {
  /** The server behind it. */
  readonly server: PostgresServer
  /** Certificate and key for clients, for which TLS is then required. */
  readonly tls: ServerTls
  /** Passwords by user. With `asks`, those of all other users come from the server. */
  readonly users: Readonly<Record<string, string>>
  /** A superuser among `users` that reads the other users' secrets from the server (`auth_user`). Default: none. */
  readonly asks?: string
  /** Further entries of pgbouncer.ini. Default: none. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PgBouncer in front of a server. */
export interface Pgbouncer {
  /** Its TCP port on 127.0.0.1. */
  readonly port: number
  /** Replaces the users and their passwords. */
  setUsers(users: Readonly<Record<string, string>>): Promise<void>
  /** Its log so far. */
  log(): string
  /** Stops it and removes its files. */
  stop(): Promise<void>
}

/**
 * The version, such as `PgBouncer 1.18.0`; undefined if it is not installed, which is reported on stderr, or thrown
 * with `CI=true`.
 */
export function pgbouncerHere(): string | undefined {
  const program = find()
  const said = program && spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout
  if (said) return said.split('\n', 1)[0]
  const text = 'NOT TESTED: pgbouncer is not installed here'
  if (process.env.CI === 'true') throw new Error(text)
  process.stderr.write(`${text}\n`)
  return undefined
}

/** Its path; Debian installs it where only root's PATH leads. */
function find(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, 'pgbouncer'))
    .find(existsSync)
}

/**
 * Starts PgBouncer on an ephemeral port of 127.0.0.1.
 *
 * @throws Error if it is not installed or does not start.
 * @example
 * const pooler = await startPgbouncer({ server, tls: { certificate, key }, users: { admin: 'secret' }, asks: 'admin' })
 */
export async function startPgbouncer(wanted: PgbouncerWanted): Promise<Pgbouncer> {
  const program = find()
  if (!program) throw new Error('pgbouncer is not installed here')
  for (let attempt = 1; ; attempt++) {
    const started = await start(program, wanted)
    if (typeof started !== 'string') return started
    // Another program took the port; any other failure is final.
    if (attempt === 5 || !started.includes('Address already in use')) {
      throw new Error(`pgbouncer did not start; it said:\n${started}`)
    }
  }
}

/** PgBouncer refuses to run as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

async function start(program: string, wanted: PgbouncerWanted): Promise<Pgbouncer | string> {
  const { server, tls, asks, settings } = wanted
  const folder = temporaryFolder()
  const port = await freePort()
  const path = (name: string) => join(folder.path, name)
  const write = async (name: string, content: string) => {
    await writeFile(path(name), content, { mode: 0o600 })
    if (NOBODY.uid !== undefined) await chown(path(name), NOBODY.uid, NOBODY.gid)
  }
  const setUsers: Pgbouncer['setUsers'] = (users) => write('users', Object.entries(users).map(userLine).join(''))
  const configuration = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: path('users'),
    pool_mode: 'session',
    server_tls_sslmode: 'require',
    client_tls_sslmode: 'require',
    client_tls_cert_file: path('certificate'),
    client_tls_key_file: path('key'),
    ...settings,
  }
  const lines = Object.entries(configuration).map(([name, value]) => `${name} = ${value}\n`)
  const asking = asks ? ` auth_user=${asks}` : ''
  await chmod(folder.path, 0o755)
  await write('certificate', tls.certificate)
  await write('key', tls.key)
  await setUsers(wanted.users)
  await write(
    'pgbouncer.ini',
    `[databases]\n* = host=127.0.0.1 port=${server.port}${asking}\n[pgbouncer]\n${lines.join('')}`,
  )
  let said = ''
  const child = spawn(program, [path('pgbouncer.ini')], { ...NOBODY, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.on('data', (bytes: Buffer) => {
    said = `${said}${bytes}`.slice(-20_000)
  })
  const ended = once(child, 'exit').catch((error: Error) => {
    said = error.message
  })
  const dismiss = child.pid === undefined ? () => {} : watchOver({ processId: child.pid, folder: folder.path })
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    dismiss()
    await folder.remove()
  }
  if (!(await isUp(child, () => said))) {
    await stop()
    return said
  }
  return {
    port,
    async setUsers(users) {
      await setUsers(users)
      const before = said.length
      child.kill('SIGHUP')
      while (!said.slice(before).includes('SIGHUP')) await pause(10)
    },
    log: () => said,
    stop,
  }
}

async function isUp(child: ChildProcess, said: () => string): Promise<boolean> {
  for (const end = performance.now() + 10_000; performance.now() < end; await pause(20)) {
    if (child.exitCode !== null || child.pid === undefined) return false
    if (said().includes('process up')) return true
  }
  return false
}

function userLine([user, password]: [string, string]): string {
  return `"${user}" "${password.replaceAll('"', '""')}"\n`
}
