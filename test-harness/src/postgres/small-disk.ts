import { execFile } from 'node:child_process'
import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PostgresServer } from './server.ts'

/** Name of the tablespace on a small disk. */
export const SMALL_TABLESPACE = 'small_disk'
/** Size of the disk, in KiB. */
const SIZE_KIB = 8192

/** A disk of 8 MiB in memory with a tablespace, mounted for the mount namespace of this process. */
export interface SmallDisk {
  /** Fills it. */
  fill(): Promise<void>
  /** Empties it again. */
  empty(): Promise<void>
  /** Unmounts it, and removes the tablespace, which must be empty. */
  remove(): Promise<void>
}

const execute = promisify(execFile)

/**
 * The small disk of a server; creates it and its tablespace if it has none.
 *
 * It takes root, and the setting `allow_in_place_tablespaces`: standbys on the same machine have a folder of their own.
 */
export async function smallDisk({ sql }: Pick<PostgresServer, 'sql'>): Promise<SmallDisk> {
  const [found] = await sql(`select oid from pg_tablespace where spcname = '${SMALL_TABLESPACE}'`)
  if (!found) await sql(`create tablespace ${SMALL_TABLESPACE} location ''`)
  const [row] = await sql(
    `select current_setting('data_directory') as data, oid from pg_tablespace where spcname = '${SMALL_TABLESPACE}'`,
  )
  const folder = join(String(row?.data), 'pg_tblspc', String(row?.oid))
  const filler = join(folder, 'filler')
  if (!found) await mount(folder)
  return {
    async fill() {
      await execute('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']).catch((error: Error) => {
        if (!error.message.includes('No space left')) throw error
      })
    },
    empty: () => rm(filler),
    async remove() {
      await execute('umount', ['--lazy', folder])
      await sql(`drop tablespace ${SMALL_TABLESPACE}`)
    },
  }
}

/** Mounts an empty disk with the same folders and owner over `folder`. */
async function mount(folder: string): Promise<void> {
  const { uid, gid } = await stat(folder)
  const inside = await readdir(folder)
  const options = `size=${SIZE_KIB}k,mode=0700,uid=${uid},gid=${gid}`
  await execute('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  for (const name of inside) {
    await mkdir(join(folder, name), { mode: 0o700 })
    await chown(join(folder, name), uid, gid)
  }
}
