import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'

const CORE = createRequire(import.meta.url).resolve('@verifull/core')

/** A process of its own that exposes its monitor. */
export interface Application {
  readonly child: ChildProcess
  /** Kills it, and resolves when it has ended. */
  kill(): Promise<void>
}

/**
 * Starts a process that exposes its monitor under a name, in the folder for run-time files; undefined for none.
 *
 * @param work Code that runs first, with `core`.
 * @param variables Its environment.
 */
export async function startApplication(
  name: string,
  runtime: string | undefined,
  work = '',
  variables: Readonly<Record<string, string>> = {},
): Promise<Application> {
  const program = `const core = require(${JSON.stringify(CORE)})
    const work = async () => { ${work} }
    work().then(() => core.exposeMonitor({ name: ${JSON.stringify(name)} })).then(() => console.log('.'))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', program], {
    env: { ...variables, ...(runtime !== undefined && { XDG_RUNTIME_DIR: runtime }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    },
  }
}
