import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthority, type PostgresCluster, startPostgresCluster, temporaryFolder } from '@verifull/test-harness'

/** A primary with a standby, TLS, and a password in a file. */
export interface DemoServers {
  readonly cluster: PostgresCluster
  /** Variables of the application. */
  readonly variables: Readonly<Record<string, string>>
  /** Gives the role a new password, and writes it to the file. */
  rotate(): Promise<void>
  /** Stops the servers, and removes all files. Idempotent. */
  stop(): Promise<void>
}

/** Starts the servers. */
export async function startDemoServers(): Promise<DemoServers> {
  const folder = temporaryFolder()
  const [ca, passwordFile] = [join(folder.path, 'ca.crt'), join(folder.path, 'password')]
  const newPassword = async () => {
    const password = randomBytes(18).toString('base64url')
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
    return password
  }
  const authority = await createAuthority({ name: 'Demo CA' })
  await writeFile(ca, authority.certificate)
  const { chain: certificate, key } = await authority.issue({
    usage: 'server',
    commonName: 'localhost',
    dnsNames: ['localhost'],
  })
  const cluster = await startPostgresCluster({
    tls: { certificate, key },
    standbys: 1,
    hba: ['hostssl all app all scram-sha-256'],
    roles: [{ name: 'app', password: await newPassword() }],
  }).catch(async (error: unknown) => {
    await folder.remove()
    throw error
  })
  const hosts = cluster.servers.map(({ port }) => `localhost:${port}`).join(',')
  return {
    cluster,
    variables: {
      NODE_ENV: 'production',
      // Keeps the user's own ~/.pgpass and ~/.postgresql out of the demo.
      HOME: folder.path,
      DATABASE_URL: `postgresql://app@${hosts}/${cluster.primary.database}?target_session_attrs=read-write`,
      DB_SSL_CA: ca,
      DB_PASSWORD_FILE: passwordFile,
    },
    async rotate() {
      const password = await newPassword()
      await cluster.primary.sql(`alter role app password '${password}'`)
    },
    async stop() {
      await cluster.stop()
      await folder.remove()
    },
  }
}
