import { chown, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { USER } from './container-files.ts'
import { simpleQuery } from './simple-query.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

/** A folder of this machine with the Unix socket of a server in a container. */
export interface SocketFolder extends TemporaryFolder {
  /** True if the server responds there, as on `port` of this machine. */
  answersAs(port: number): Promise<boolean>
}

/** The server's port inside its container. */
export const CONTAINER_PORT = 5432

/** Creates a folder that only the server's user and root may enter. */
export async function socketFolder(): Promise<SocketFolder> {
  const folder = temporaryFolder()
  if (process.getuid?.() !== USER.uid) await chown(folder.path, USER.uid, USER.gid)
  const socket = (port: number) => `.s.PGSQL.${port}`
  return {
    ...folder,
    async answersAs(port) {
      const path = join(folder.path, socket(port))
      try {
        // libpq builds the socket's path from folder and port, and the port inside the container differs.
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
