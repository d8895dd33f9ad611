import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import type { ServerFile } from './server-files.ts'

/** Whom files in a container belong to, and who runs its server. */
export interface ContainerUser {
  readonly uid: number
  readonly gid: number
}

/** A folder in a container; its name is its whole path, as that of a file is. */
export type ContainerFolder = Pick<ServerFile, 'name' | 'mode'>

/**
 * An archive for one copy into a container, to be unpacked at `/`: a stream is used up by it. Nothing else sets the
 * owner and the mode, and PostgreSQL wants its key owned by itself.
 */
export function containerArchive(
  { uid, gid }: ContainerUser,
  files: readonly ServerFile[],
  folders: readonly ContainerFolder[] = [],
): Readable {
  const tar = pack()
  for (const { name, mode } of folders) tar.entry({ name: name.slice(1), mode, uid, gid, type: 'directory' })
  for (const { name, content, mode } of files) tar.entry({ name: name.slice(1), mode, uid, gid }, content)
  tar.finalize()
  return Readable.from(tar)
}
