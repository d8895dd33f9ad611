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

/** How PgBouncer is to be set up. */
export interface PgbouncerWanted {
  readonly server: PostgresServer
  /** Certificate and key of the side that faces clients, which must use TLS then. */
  readonly tls: ServerTls
  /** Who may log in, and with which password; with `asks`, the server is asked for that of all others. */
  readonly users: Readonly<Record<string, string>>
  /** A superuser among `users` that asks the server for the secrets of the others. */
  readonly asks?: string
  /** More of the configuration. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PgBouncer in front of a server. */
export interface Pgbouncer {
  readonly port: number
  /** Replaces who may log in, and with which password. */
  setUsers(users: Readonly<Record<string, string>>): Promise<void>
  /** What it has written to its log. */
  log(): string
  stop(): Promise<void>
}

/** `PgBouncer 1.18.0`; undefined where there is none. What is missing is written to stderr; with `CI=true` it is an error. */
export function pgbouncerHere(): string | undefined {
  const program = find()
  const said = program && spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout
  if (said) return said.split('\n', 1)[0]
  const text = 'NOT TESTED: pgbouncer is not installed here'
  if (process.env.CI === 'true') throw new Error(text)
  process.stderr.write(`${text}\n`)
  return undefined
}

/** Debian puts it where only root looks. */
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
 * @example
 * const pooler = await startPgbouncer({ server, tls: { certificate, key }, users: { steward: 'secret' }, asks: 'steward' })
 */
export async function startPgbouncer(wanted: PgbouncerWanted): Promise<Pgbouncer> {
  const program = find()
  if (!program) throw new Error('pgbouncer is not installed here')
  for (let attempt = 1; ; attempt++) {
    const started = await start(program, wanted)
    if (typeof started !== 'string') return started
    // Another program was quicker; anything else will not go away.
    if (attempt === 5 || !started.includes('Address already in use')) {
      throw new Error(`pgbouncer did not start; it said:\n${started}`)
    }
  }
}

/** It refuses to run as root. */
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
