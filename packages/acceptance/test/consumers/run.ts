import { execFile } from 'node:child_process'

/** A finished program: how it ended and all it said. */
export interface Ran {
  readonly code: number
  readonly output: string
}

/** Runs a program to its end; one that fails is an answer too. */
export function run(program: string, args: readonly string[], cwd: string, environment = process.env): Promise<Ran> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: environment, maxBuffer: 16 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') return reject(error)
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })
}

/** Runs a program that has to succeed. */
export async function succeed(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, output } = await run(program, args, cwd)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${output}`)
  return output
}
