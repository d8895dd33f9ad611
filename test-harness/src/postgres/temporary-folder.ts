import { mkdtempSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { watchOver } from './watchdog.ts'

/** A folder that is removed by `remove()`, or when this process ends. */
export interface TemporaryFolder {
  /** Its absolute path. */
  readonly path: string
  /** Removes it. Idempotent. */
  remove(): Promise<void>
}

/** Creates a folder of mode 0700 whose path is short enough for a Unix socket (104 bytes on macOS). */
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
