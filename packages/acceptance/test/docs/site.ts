import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Authority,
  createAuthority,
  type PostgresServer,
  startPostgres,
  writeIssued,
} from '@verifull/test-harness'

/** A server and the files that the examples of the pages name. */
export interface Site {
  readonly server: PostgresServer
  /** Issuer of the server's certificate; its certificate is in `ca.crt`. */
  readonly authority: Authority
  /** The variables of an application in production: `DATABASE_URL` and its companions. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The names in the server's certificate. */
const NAMES = ['localhost', 'db.example', 'orders.abc123.eu-west-1.rds.amazonaws.com']

/** Starts PostgreSQL 18 and writes `ca.crt`, `password` and a client certificate to the folder. */
export async function createSite(folder: string): Promise<Site> {
  const authority = await createAuthority()
  const [server, client] = await Promise.all([
    authority.issue({ usage: 'server', commonName: NAMES[0] ?? '', dnsNames: NAMES }),
    authority.issue({ usage: 'client', commonName: 'cert_user' }),
  ])
  const postgres = await startPostgres({
    major: 18,
    tls: { certificate: server.chain, key: server.key, clientCa: authority.certificate },
  })
  // An application's own role may create tables; libraries that keep sessions or jobs in the database do so.
  await postgres.sql('grant create on schema public to scram_user', 'app')
  await writeFile(join(folder, 'ca.crt'), authority.certificate)
  await writeFile(join(folder, 'password'), `${postgres.password('scram_user')}\n`, { mode: 0o600 })
  await writeIssued(join(folder, 'client'), client)
  await mkdir(join(folder, 'home'), { recursive: true })
  return {
    server: postgres,
    authority,
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: join(folder, 'home'),
      NODE_ENV: 'production',
      DATABASE_URL: `postgresql://scram_user@localhost:${postgres.port}/app`,
      DB_SSL_CA: 'ca.crt',
      DB_PASSWORD_FILE: 'password',
    },
    stop: () => postgres.stop(),
  }
}
