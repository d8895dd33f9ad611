import { execFile } from 'node:child_process'

/** The result of a process. */
export interface Ended {
  /** Exit code; -1 if a signal ended it. */
  readonly code: number
  /** stdout and stderr, without colours. */
  readonly output: string
}

const LIMIT_MS = 25_000

/** Runs Node in a folder with this environment, PATH and VERIFULL_WARNINGS=off, and no other variables. */
export function runNode(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', VERIFULL_WARNINGS: 'off', ...environment }
  const options = { cwd: folder, env, timeout: LIMIT_MS }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const late = error?.killed ? `it did not end within ${LIMIT_MS} ms\n` : ''
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0
      resolve({ code, output: plain(stdout + stderr) + late })
    })
  })
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

function plain(text: string): string {
  return text.replaceAll(COLOURS, '')
}
