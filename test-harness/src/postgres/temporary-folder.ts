import { mkdtempSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { watchOver } from './watchdog.ts'

/** A folder that goes when it is told to, or when this process ends. */
export interface TemporaryFolder {
  readonly path: string
  remove(): Promise<void>
}

/** Makes a folder of mode 0700 whose path is short enough to hold a Unix socket (104 bytes on macOS). */
export function temporaryFolder(): TemporaryFolder {
  const parent = tmpdir().length <= 60 ? tmpdir() : '/tmp'
  const path = realpathSync(mkdtempSync(join(parent, 'verifull-')))
  const dismiss = watchOver({ folder: path })
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 })
      dismiss()
    },
  }
}
