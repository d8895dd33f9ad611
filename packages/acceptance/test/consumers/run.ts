import { execFile } from 'node:child_process'

/** The exit code and output of a program. */
export interface Ran {
  readonly code: number
  readonly output: string
}

/** Runs a program to its end. Resolves for a failing one too. */
export function run(program: string, args: readonly string[], cwd: string, environment = process.env): Promise<Ran> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: environment, maxBuffer: 16 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') return reject(error)
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })
}

/** Runs a program; rejects unless it exits with 0. */
export async function succeed(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, output } = await run(program, args, cwd)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${output}`)
  return output
}
