import { chown, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { USER } from './container-files.ts'
import { simpleQuery } from './simple-query.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

/** A folder of this machine in which a server in a container has its Unix socket. */
export interface SocketFolder extends TemporaryFolder {
  /** Whether the server answers there, as on `port` of this machine. */
  answersAs(port: number): Promise<boolean>
}

/** The port of the server inside its container. */
export const CONTAINER_PORT = 5432

/** Makes a folder that only the server's user may enter, and root. */
export async function socketFolder(): Promise<SocketFolder> {
  const folder = temporaryFolder()
  if (process.getuid?.() !== USER.uid) await chown(folder.path, USER.uid, USER.gid)
  const socket = (port: number) => `.s.PGSQL.${port}`
  return {
    ...folder,
    async answersAs(port) {
      const path = join(folder.path, socket(port))
      try {
        // libpq finds a socket by its folder and its port, and the port is another one inside the container.
        await rm(path, { force: true })
        await symlink(socket(CONTAINER_PORT), path)
        await simpleQuery({ to: { path }, user: 'postgres' }, 'postgres', 'select 1')
        return true
      } catch {
        return false
      }
    },
  }
}
