import { writeFileSync } from 'node:fs'
import { UsageError } from '../usage-error.ts'

/** Writes a file that an option names. */
export function written(path: string, text: string, option: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new UsageError(`${path} (${option}) cannot be written (${code})`)
  }
}
