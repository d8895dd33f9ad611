import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const PROGRAM = join(__dirname, '../../../../cli/bin/verifull.js')
/** Name under which the demo exposes its monitor. */
export const NAME = 'demo'

/** Runs `npx verifull top` on this process, as a user does in another terminal. */
export async function top(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, 'top', String(process.pid), ...words])
  return stdout
}
