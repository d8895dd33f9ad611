import { join } from 'node:path'
import { createAuthority } from '../certificates/authority.ts'
import { writePrivate } from '../certificates/issued.ts'
import type { PostgresServer } from '../postgres/server.ts'
import { startPostgres } from '../postgres/start.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import type { PostgresWanted } from '../postgres/wanted.ts'
import { type Moto, startMoto } from '../stores/moto.ts'
import { type OpenBao, startOpenBao } from '../stores/openbao.ts'
import { type StoreProgram, storesHere } from '../stores/programs.ts'
import { ADMIN } from './admin.ts'
import { newPassword } from './password.ts'

/** The server and the available stores of rehearsals. */
export interface RehearsalServers {
  /** The server. */
  readonly server: PostgresServer
  /** Path of the CA certificate, PEM. */
  readonly ca: string
  /** The password of {@link ADMIN}. */
  readonly adminPassword: string
  /** AWS; absent if not available. */
  readonly moto?: Moto
  /** OpenBao; absent if not available. */
  readonly bao?: OpenBao
  /** Folder for the files of rehearsals. */
  readonly folder: string
  /** Starts another server, with the same certificate by default. */
  startServer(change?: Pick<PostgresWanted, 'tls' | 'hba'>): Promise<PostgresServer>
  /** Stops all of them. */
  stop(): Promise<void>
}

/** Server and stores to start. */
export interface RehearsalServersWanted extends Pick<PostgresWanted, 'major' | 'from'> {
  /** Default: all. Missing ones are reported on stderr, or thrown with `CI=true`. */
  readonly stores?: readonly StoreProgram[]
}

/** Every rehearsal has its own database and roles; connections are plenty. */
const REHEARSAL_SERVER = {
  hba: ['hostssl all all all scram-sha-256'],
  // A login that the client abandons occupies a connection for so long.
  settings: { max_connections: '500', authentication_timeout: '10s' },
} as const satisfies PostgresWanted

/**
 * Starts a PostgreSQL server and the secret stores.
 *
 * @throws Error if the server is not available, and with `CI=true` if a store is missing.
 * @example
 * const site = await startRehearsalServers()
 * const run = await rehearse({ adapter, kind: KINDS[0], site })
 * await site.stop()
 */
export async function startRehearsalServers({
  stores = ['moto_server', 'bao'],
  ...wanted
}: RehearsalServersWanted = {}): Promise<RehearsalServers> {
  const here = await storesHere(stores)
  const folder = temporaryFolder()
  const authority = await createAuthority()
  const { chain, key } = await authority.issue(SERVER_CERTIFICATE)
  const ca = join(folder.path, 'ca.crt')
  await writePrivate(ca, authority.certificate)
  const adminPassword = newPassword()
  const roles = [{ name: ADMIN, password: adminPassword, attributes: 'superuser' }]
  const started: { stop(): Promise<void> }[] = []
  const start = async <Thing extends { stop(): Promise<void> }>(starting: Promise<Thing>): Promise<Thing> => {
    const thing = await starting
    started.push(thing)
    return thing
  }
  const stop = async () => {
    await Promise.all(started.map((thing) => thing.stop()))
    await folder.remove()
  }
  const startServer: RehearsalServers['startServer'] = (change = {}) =>
    startPostgres({ ...wanted, ...REHEARSAL_SERVER, roles, tls: { certificate: chain, key }, ...change })
  const starting = [
    start(startServer()),
    here.includes('moto_server') ? start(startMoto()) : undefined,
    here.includes('bao') ? start(startOpenBao()) : undefined,
  ] as const
  try {
    const [server, moto, bao] = await Promise.all(starting)
    return {
      server,
      ca,
      adminPassword,
      folder: folder.path,
      startServer,
      ...(moto && { moto }),
      ...(bao && { bao }),
      stop,
    }
  } catch (error) {
    await Promise.allSettled(starting)
    await stop()
    throw error
  }
}

/** Names in the certificate of every server. */
export const SERVER_CERTIFICATE = { usage: 'server', commonName: 'localhost', dnsNames: ['localhost'] } as const
