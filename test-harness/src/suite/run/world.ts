import { readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { closedPort } from '../../network/closed-port.ts'
import type { Endpoint } from '../../network/endpoint.ts'
import { type PostgresPair, startPostgresPair } from '../../postgres/replica.ts'
import type { PostgresServer } from '../../postgres/server.ts'
import { chosenSource } from '../../postgres/source.ts'
import { temporaryFolder } from '../../postgres/temporary-folder.ts'
import type { PostgresSource } from '../../postgres/wanted.ts'
import type { Cell } from '../cell.ts'
import type { RealTarget } from '../target.ts'
import { type Materials, makeMaterials } from './materials.ts'

/** The servers and files of a run of the suite. Consecutive runs may share them. */
export interface World {
  /** Description of the server: `PostgreSQL 18.4, embedded (npm)`. */
  readonly server: string
  /** Major version. */
  readonly major: number
  /** The server of most cells. */
  readonly primary: PostgresServer
  /** Its standby, for cells with several hosts. */
  readonly standby: PostgresServer
  /** Certificates and files. */
  readonly materials: Materials
  /** A port on which nothing listens or can begin to listen. */
  readonly closedPort: number
  /** Name of the owner of the primary's socket, for `requirepeer`; undefined if it is no user of this machine. */
  readonly me?: string
  /** Applies a server setup to the primary. */
  show(profile: ServerSetup): Promise<void>
  /** Stops the servers and removes the files. Idempotent. */
  stop(): Promise<void>
}

/** The variable part of the primary's setup: cells with the same one can run in parallel. */
export type ServerSetup = Required<Pick<RealTarget, 'certificate'>> & { readonly asksNoCertificate: boolean }

/** The server setup that a cell needs. */
export function serverSetupOf({ target }: Pick<Cell, 'target'>): ServerSetup {
  const real = 'role' in target && !('hosts' in target) ? target : undefined
  return { certificate: real?.certificate ?? 'good', asksNoCertificate: real?.asksNoCertificate ?? false }
}

/** Version and source for {@link startWorld}. */
export interface WorldWanted {
  /** Major version. Default: the newest available. */
  readonly major?: number
  /** Default: `VERIFULL_POSTGRES`, else the first of `embedded`, `local` and `container` that has the version. */
  readonly from?: PostgresSource
}

/**
 * Starts the servers of a run: a primary, its standby, and all certificates and files.
 *
 * @throws Error if the version is not available from that source, and for an unknown value of `VERIFULL_POSTGRES`.
 * @example
 * const world = await startWorld({ major: 18 })
 * runSuite({ adapter, world, test })
 * afterAll(() => world.stop())
 */
export async function startWorld({ major, from = chosenSource() }: WorldWanted = {}): Promise<World> {
  const folder = temporaryFolder()
  let pair: PostgresPair | undefined
  let closed: Endpoint | undefined
  const stop = async (): Promise<void> => {
    await pair?.stop()
    await closed?.stop()
    await folder.remove()
  }
  try {
    const materials = await makeMaterials(folder.path)
    const tls = ({ certificate, asksNoCertificate }: ServerSetup) =>
      certificate === 'none'
        ? (false as const)
        : {
            certificate: materials.servers[certificate].chain,
            key: materials.servers[certificate].key,
            ...(asksNoCertificate ? {} : { clientCa: materials.clientAuthority }),
          }
    pair = await startPostgresPair({
      ...(major === undefined ? {} : { major }),
      ...(from === undefined ? {} : { from }),
      tls: tls({ certificate: 'good', asksNoCertificate: false }),
    })
    const { primary, standby } = pair
    const me = await ownerOf(primary)
    closed = await closedPort()
    return {
      server: primary.description,
      major: primary.major,
      primary,
      standby,
      materials,
      closedPort: closed.port,
      ...(me === undefined ? {} : { me }),
      show: (profile) => primary.setTls(tls(profile)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The owner of the socket. As root, the server runs as another user; in a container, that user may not exist here. */
async function ownerOf({ socketDirectory, port }: PostgresServer): Promise<string | undefined> {
  if (socketDirectory === undefined) return undefined
  const { uid, username } = userInfo()
  const socket = await stat(join(socketDirectory, `.s.PGSQL.${port}`))
  if (socket.uid === uid) return username
  const users = await readFile('/etc/passwd', 'utf8')
  return new RegExp(`^([^:]+):[^:]*:${socket.uid}:`, 'm').exec(users)?.[1]
}
