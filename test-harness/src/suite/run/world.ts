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

/** The servers and files that a run of the suite needs. Several runs may share one, after each other. */
export interface World {
  /** `PostgreSQL 18.4, embedded (npm)`. */
  readonly server: string
  readonly major: number
  readonly primary: PostgresServer
  readonly standby: PostgresServer
  readonly materials: Materials
  /** A port on which nobody listens, and can begin to. */
  readonly closedPort: number
  /** The name of the user who owns the primary's socket, for `requirepeer`; undefined where this machine has none. */
  readonly me?: string
  /** Makes the primary show what a profile says. */
  show(profile: ServerSetup): Promise<void>
  /** Ends the servers and removes the files. May be called again. */
  stop(): Promise<void>
}

/** What the primary shows: cells with the same one can run side by side. */
export type ServerSetup = Required<Pick<RealTarget, 'certificate'>> & { readonly asksNoCertificate: boolean }

/** The profile that a cell needs. */
export function serverSetupOf({ target }: Pick<Cell, 'target'>): ServerSetup {
  const real = 'role' in target && !('hosts' in target) ? target : undefined
  return { certificate: real?.certificate ?? 'good', asksNoCertificate: real?.asksNoCertificate ?? false }
}

/** The world that {@link startWorld} is asked for. */
export interface WorldWanted {
  /** The major version. Default: the newest that can be had. */
  readonly major?: number
  /** Default: what `VERIFULL_POSTGRES` says, else `embedded`, `local`, `container`: the first that has the version. */
  readonly from?: PostgresSource
}

/**
 * Starts what a run of the suite needs: a primary, its standby, and all certificates and files.
 *
 * @throws Error where the wanted version cannot be had that way, and for an unknown word in `VERIFULL_POSTGRES`.
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

/** Started by root, a server may run as somebody else; in a container, as somebody whom this machine does not know. */
async function ownerOf({ socketDirectory, port }: PostgresServer): Promise<string | undefined> {
  if (socketDirectory === undefined) return undefined
  const { uid, username } = userInfo()
  const socket = await stat(join(socketDirectory, `.s.PGSQL.${port}`))
  if (socket.uid === uid) return username
  const users = await readFile('/etc/passwd', 'utf8')
  return new RegExp(`^([^:]+):[^:]*:${socket.uid}:`, 'm').exec(users)?.[1]
}
