import { execFile } from 'node:child_process'
import { join } from 'node:path'

/** Exit code and output of the program. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built `verifull-conformance` in this folder, with hostile variables and without a terminal. */
export function conformance(...args: readonly string[]): Promise<Ran> {
  return run('verifull-conformance', args)
}

/** Runs the built `verifull-chaos` in the same way. */
export function chaosProgram(...args: readonly string[]): Promise<Ran> {
  return run('verifull-chaos', args)
}

function run(name: string, args: readonly string[]): Promise<Ran> {
  const program = join(import.meta.dirname, `../../bin/${name}.js`)
  const env = { ...process.env, PGHOST: 'nowhere.invalid', PGSSLMODE: 'nonsense', VERIFULL_POSTGRES: '' }
  return new Promise((done, fail) => {
    execFile(process.execPath, [program, ...args], { cwd: import.meta.dirname, env }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') return fail(error)
      done({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}
