import type { Target } from '../network/endpoint.ts'
import { passwordOf } from './roles.ts'
import type { PostgresServer } from './server.ts'
import type { Configured } from './server-files.ts'
import type { ServerLog } from './server-log.ts'
import { type Administration, simpleQuery } from './simple-query.ts'

/** The operations of a server that depend on its source. */
export interface Running {
  /** TCP port. */
  readonly port: number
  /** Address that its log knows; see {@link PostgresServer.direct}. */
  readonly direct?: Target | undefined
  /** Login of the superuser. */
  readonly administration: Administration
  /** Its log. */
  readonly log: ServerLog
  /** Writes the settings, hba and TLS files. */
  configure(configured: Configured): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Properties of a server that never change. */
export type ServerFacts = Pick<PostgresServer, 'major' | 'version' | 'from' | 'description' | 'socketDirectory'>

/** Makes a {@link PostgresServer} of a running server. */
export function postgresServer(facts: ServerFacts, running: Running, wanted: Configured): PostgresServer {
  const { log } = running
  const superuser = running.administration.user as 'postgres'
  const sql: PostgresServer['sql'] = (text, database = 'postgres') =>
    simpleQuery(running.administration, database, text)
  let configured: Configured = wanted
  let stopped: Promise<void> | undefined

  async function reload() {
    const start = log.length
    await sql('select pg_reload_conf()')
    // A connection forked after this line uses the new files; settle() opens one.
    await log.find('received SIGHUP', start)
    await log.settle(sql)
    const complaints = log.lines(start).filter((line) => /was not reloaded|contains errors/.test(line))
    if (complaints.length > 0) throw new Error(`the server did not take its new files:\n${log.lines(start).join('\n')}`)
  }

  async function configure(change: Configured) {
    configured = { ...configured, ...change }
    await running.configure(configured)
    await reload()
  }

  return {
    ...facts,
    host: '127.0.0.1',
    get port() {
      return running.port
    },
    get direct() {
      return running.direct ?? { host: '127.0.0.1', port: running.port }
    },
    database: 'app',
    superuser,
    password: passwordOf,
    sql,
    log: () => log.lines(),
    async connectionsSeen() {
      await log.settle(sql)
      return log.connections(superuser)
    },
    reload,
    restart: () => running.restart(),
    setTls: (tls) => configure({ tls }),
    setHba: (hba) => configure({ hba }),
    stop() {
      stopped ??= running.stop()
      return stopped
    },
  }
}
