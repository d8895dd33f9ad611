import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresServer, Row } from '../postgres/server.ts'
import { simpleQuery } from '../postgres/simple-query.ts'
import type { ServerTls } from '../postgres/wanted.ts'
import { type Daemon, programNamed, startDaemon, versionHere } from './daemon.ts'

/** Configuration of a PgBouncer. */
export interface PgbouncerWanted {
  /** The server behind it. */
  readonly server: Pick<PostgresServer, 'port'>
  /** Certificate and key for clients, for which TLS is then required. */
  readonly tls: ServerTls
  /** Passwords by user. With `asks`, those of all other users come from the server. */
  readonly users: Readonly<Record<string, string>>
  /** A superuser among `users` that reads the other users' secrets from the server (`auth_user`). Default: none. */
  readonly asks?: string
  /**
   * CA certificate of the server, PEM: it is then verified under the name `localhost` (`verify-full`). Default: the server
   * must offer TLS and is not verified (`require`).
   */
  readonly serverCa?: string
  /** Further entries of pgbouncer.ini. Default: none. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PgBouncer in front of a server. */
export interface Pgbouncer {
  /** Its TCP port on 127.0.0.1. */
  readonly port: number
  /** Replaces the users and their passwords. */
  setUsers(users: Readonly<Record<string, string>>): Promise<void>
  /** Runs a command of its console, such as `PAUSE`, and resolves with its rows when it is done. */
  command(text: string): Promise<Row[]>
  /** Ends it at once, and starts it again at the same port. */
  restart(): Promise<void>
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
  return versionHere('pgbouncer', '--version')
}

/**
 * Starts PgBouncer on an ephemeral port of 127.0.0.1.
 *
 * @throws Error if it is not installed or does not start.
 * @example
 * const pooler = await startPgbouncer({ server, tls: { certificate, key }, users: { admin: 'secret' }, asks: 'admin' })
 */
export async function startPgbouncer(wanted: PgbouncerWanted): Promise<Pgbouncer> {
  const program = programNamed('pgbouncer')
  if (!program) throw new Error('pgbouncer is not installed here')
  const daemon = await startDaemon({
    program,
    flags: [],
    configuration: 'pgbouncer.ini',
    prepare: (files) => writeFiles(files, wanted),
    isReady: (_, said) => said.includes('process up'),
  })
  return {
    port: daemon.port,
    async setUsers(users) {
      await daemon.write('users', userLines(users))
      const before = daemon.log().length
      daemon.signal('SIGHUP')
      while (!daemon.log().slice(before).includes('SIGHUP')) await pause(10)
    },
    command: (text) =>
      simpleQuery({ to: { path: daemon.path(`.s.PGSQL.${daemon.port}`) }, user: CONSOLE }, 'pgbouncer', text),
    async restart() {
      // From 1.23 on SIGTERM waits for the clients.
      await daemon.end('SIGKILL')
      await daemon.launch()
    },
    log: daemon.log,
    stop: daemon.stop,
  }
}

/** User of the console, who is admitted at the Unix socket alone. */
const CONSOLE = 'console'

async function writeFiles(files: Pick<Daemon, 'port' | 'path' | 'write'>, wanted: PgbouncerWanted): Promise<void> {
  const { server, tls, users, asks, serverCa, settings } = wanted
  const configuration = {
    listen_addr: '127.0.0.1',
    listen_port: String(files.port),
    unix_socket_dir: files.path(''),
    unix_socket_mode: '0700',
    auth_type: 'hba',
    auth_hba_file: files.path('hba'),
    auth_file: files.path('users'),
    admin_users: CONSOLE,
    pool_mode: 'session',
    server_tls_sslmode: serverCa === undefined ? 'require' : 'verify-full',
    ...(serverCa !== undefined && { server_tls_ca_file: files.path('server-ca') }),
    client_tls_sslmode: 'require',
    client_tls_cert_file: files.path('certificate'),
    client_tls_key_file: files.path('key'),
    ...settings,
  }
  const lines = Object.entries(configuration).map(([name, value]) => `${name} = ${value}\n`)
  const host = serverCa === undefined ? '127.0.0.1' : 'localhost'
  const asking = asks ? ` auth_user=${asks}` : ''
  await files.write('certificate', tls.certificate)
  await files.write('key', tls.key)
  if (serverCa !== undefined) await files.write('server-ca', serverCa)
  await files.write('users', userLines(users))
  await files.write('hba', `local pgbouncer ${CONSOLE} trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n`)
  await files.write(
    'pgbouncer.ini',
    `[databases]\n* = host=${host} port=${server.port}${asking}\n[pgbouncer]\n${lines.join('')}`,
  )
}

function userLines(users: Readonly<Record<string, string>>): string {
  const withConsole = { ...users, [CONSOLE]: '' }
  return Object.entries(withConsole)
    .map(([user, password]) => `"${user}" "${password.replaceAll('"', '""')}"\n`)
    .join('')
}
