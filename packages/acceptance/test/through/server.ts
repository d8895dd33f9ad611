import type { Settings } from '@verifull/pg'
import { createAuthority, type PostgresServer, startPostgres } from '@verifull/test-harness'

/** A server as production has one, with the settings of an application, and nothing read from the environment. */
export interface Production {
  readonly server: PostgresServer
  readonly settings: Settings
  stop(): Promise<void>
}

/** Starts it. */
export async function startProduction(): Promise<Production> {
  const authority = await createAuthority()
  const { chain, key } = await authority.issue({ usage: 'server', commonName: 'localhost', dnsNames: ['localhost'] })
  const server = await startPostgres({ tls: { certificate: chain, key } })
  return {
    server,
    settings: {
      host: 'localhost',
      port: server.port,
      user: 'scram_user',
      password: server.password('scram_user'),
      database: server.database,
      sslrootcert: authority.certificate,
      environment: { NODE_ENV: 'production' },
    },
    async stop() {
      await settled(server)
      await server.stop()
    },
  }
}

/** pg says that a pool has ended before its sockets have: a server that stops then would be an error of theirs. */
async function settled(server: PostgresServer): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const [row] = await server.sql("select count(*) as open from pg_stat_activity where usename = 'scram_user'")
    if (row?.open === '0') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('a library left connections open')
}
