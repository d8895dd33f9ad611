import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ServerTls } from '../postgres/wanted.ts'
import { type Daemon, programNamed, startDaemon, versionHere } from './daemon.ts'

/** A server behind an HAProxy. */
export interface HaproxyServer {
  /** Its TCP port on 127.0.0.1. */
  readonly port: number
  /** Port of the HTTP server that tells its role; for checks by path. */
  readonly checkPort?: number
}

/** Configuration of an HAProxy in TCP mode. */
export interface HaproxyWanted {
  /** The servers, of which new connections go to those that pass the check. */
  readonly servers: readonly HaproxyServer[]
  /**
   * The health check. `tls`: the server answers an SSLRequest with S. A user: the server answers the start-up message of this
   * user, in plaintext (`option pgsql-check`). A path such as `/primary`: the HTTP server at `checkPort` answers 200.
   */
  readonly check: 'tls' | { readonly user: string } | `/${string}`
  /** Certificate and key for clients, whose TLS then ends here (direct TLS only). Default: TLS passes through. */
  readonly tls?: ServerTls
  /**
   * CA certificate of the servers, PEM, for TLS of the proxy's own: direct, and verified under the name `localhost`. Default:
   * the bytes of the client, or plaintext behind {@link tls}.
   */
  readonly serverCa?: string
}

/** A running HAProxy. */
export interface Haproxy {
  /** Its TCP port on 127.0.0.1. */
  readonly port: number
  /** Runs a command of its Runtime API, such as `show stat`, and resolves with the answer. */
  command(line: string): Promise<string>
  /** Number of servers that pass the check. */
  up(): Promise<number>
  /** Ends it at once, with all connections, and starts it again at the same port. */
  restart(): Promise<void>
  /** Its log so far. */
  log(): string
  /** Stops it and removes its files. */
  stop(): Promise<void>
}

/**
 * The version, such as `HAProxy version 2.6.12`; undefined if it is not installed, which is reported on stderr, or thrown
 * with `CI=true`.
 */
export function haproxyHere(): string | undefined {
  return versionHere('haproxy', '-v')
}

/**
 * Starts HAProxy in TCP mode on an ephemeral port of 127.0.0.1. Connections to a server that fails the check are closed.
 *
 * @throws Error if it is not installed or does not start.
 * @example
 * const proxy = await startHaproxy({ servers: [{ port: server.port }], check: 'tls' })
 */
export async function startHaproxy(wanted: HaproxyWanted): Promise<Haproxy> {
  const program = programNamed('haproxy')
  if (!program) throw new Error('haproxy is not installed here')
  const daemon = await startDaemon({
    program,
    flags: ['-db', '-f'],
    configuration: 'haproxy.cfg',
    prepare: (files) => writeFiles(files, wanted),
    // Its socket answers once all its ports are bound.
    isReady: (files) =>
      ask(files.path(SOCKET), 'show version').then(
        () => true,
        () => false,
      ),
  })
  const command = (line: string) => ask(daemon.path(SOCKET), line)
  return {
    port: daemon.port,
    command,
    async up() {
      const [head = '', ...rows] = (await command('show stat -1 4 -1')).trim().split('\n')
      const column = head.split(',').indexOf('status')
      return rows.filter((row) => row.split(',')[column]?.startsWith('UP')).length
    },
    async restart() {
      await daemon.end('SIGTERM')
      await daemon.launch()
    },
    log: daemon.log,
    stop: daemon.stop,
  }
}

const SOCKET = 'runtime.sock'

async function writeFiles(files: Pick<Daemon, 'port' | 'path' | 'write'>, wanted: HaproxyWanted): Promise<void> {
  const { servers, check, tls, serverCa } = wanted
  if (tls) await files.write('proxy.pem', `${tls.certificate}${tls.key}`)
  if (serverCa !== undefined) await files.write('server-ca.pem', serverCa)
  const bind = tls ? ` ssl crt ${files.path('proxy.pem')} alpn postgresql` : ''
  const own =
    serverCa === undefined
      ? ''
      : ` ssl verify required verifyhost localhost sni str(localhost) ca-file ${files.path('server-ca.pem')} alpn postgresql no-check-ssl`
  const lines = servers.map(({ port, checkPort }, index) => {
    const at = checkPort === undefined ? '' : ` port ${checkPort}`
    return `server s${index} 127.0.0.1:${port} check${at}`
  })
  await files.write(
    'haproxy.cfg',
    `global
  stats socket ${files.path(SOCKET)} mode 600 level admin
defaults
  mode tcp
  timeout connect 1s
  timeout check 1s
  timeout client 1h
  timeout server 1h
listen postgres
  bind 127.0.0.1:${files.port}${bind}
  ${checkLines(check).join('\n  ')}
  default-server inter 100ms fall 2 rise 1 on-marked-down shutdown-sessions${own}
  ${lines.join('\n  ')}
`,
  )
}

/** The first eight bytes of a client that asks for TLS. */
const SSL_REQUEST = '0000000804d2162f'

function checkLines(check: HaproxyWanted['check']): readonly string[] {
  if (typeof check === 'object') return [`option pgsql-check user ${check.user}`]
  if (check !== 'tls') return [`option httpchk GET ${check}`, 'http-check expect status 200']
  return ['option tcp-check', `tcp-check send-binary ${SSL_REQUEST}`, 'tcp-check expect binary 53']
}

async function ask(path: string, line: string): Promise<string> {
  const socket = connect({ path })
  socket.end(`${line}\n`)
  return await text(socket)
}
