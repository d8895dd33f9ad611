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

/** Where rehearsals take place: a server, and the stores that can be had. */
export interface RehearsalServers {
  readonly server: PostgresServer
  /** Path of the CA that the server's certificate comes from. */
  readonly ca: string
  /** The password of {@link ADMIN}. */
  readonly stewardPassword: string
  readonly moto?: Moto
  readonly bao?: OpenBao
  /** The folder for the files of rehearsals. */
  readonly folder: string
  /** Starts another server, with the same certificate unless it is given one. */
  startServer(change?: Pick<PostgresWanted, 'tls' | 'hba'>): Promise<PostgresServer>
  stop(): Promise<void>
}

/** Which server, and which of the stores. */
export interface RehearsalServersWanted extends Pick<PostgresWanted, 'major' | 'from'> {
  /** Default: all. What cannot be had is written to stderr; with `CI=true` it is an error. */
  readonly stores?: readonly StoreProgram[]
}

/** Every rehearsal has a database and roles of its own; connections are plenty. */
const REHEARSAL_SERVER = {
  hba: ['hostssl all all all scram-sha-256'],
  // Clients that give up in the middle of logging in hold a place for so long.
  settings: { max_connections: '500', authentication_timeout: '10s' },
} as const satisfies PostgresWanted

/**
 * Starts a PostgreSQL server and the secret stores.
 *
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
  const stewardPassword = newPassword()
  const roles = [{ name: ADMIN, password: stewardPassword, attributes: 'superuser' }]
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
      stewardPassword,
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

/** What every server of a rehearsal is called. */
export const SERVER_CERTIFICATE = { usage: 'server', commonName: 'localhost', dnsNames: ['localhost'] } as const
