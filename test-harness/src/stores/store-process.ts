import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../postgres/free-port.ts'
import { temporaryFolder } from '../postgres/temporary-folder.ts'
import { watchOver } from '../postgres/watchdog.ts'

/** A running program of a store. */
export interface StoreProcess {
  /** Its TCP port on 127.0.0.1. */
  readonly port: number
  stop(): Promise<void>
}

/** Starts a program on an ephemeral port of 127.0.0.1; resolves when `path` responds there. */
export async function startStore(
  program: string,
  argumentsFor: (port: number) => readonly string[],
  path: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<StoreProcess> {
  const port = await freePort()
  const folder = temporaryFolder()
  const { PATH = '' } = process.env
  const child = spawn(program, argumentsFor(port), {
    cwd: folder.path,
    env: { PATH, HOME: folder.path, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    said = `${said}${bytes}`.slice(-500)
  })
  let running = true
  const ended = once(child, 'exit')
    .catch((error: Error) => {
      said = error.message
    })
    .finally(() => {
      running = false
    })
  const dismiss = child.pid === undefined ? () => {} : watchOver({ processId: child.pid, folder: folder.path })
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    dismiss()
    await folder.remove()
  }
  for (const end = Date.now() + 60_000; ; await pause(50)) {
    // If the program has ended, another one has the port and responds.
    if ((await answers(`http://127.0.0.1:${port}${path}`)) && running) return { port, stop }
    if (running && Date.now() < end) continue
    await stop()
    throw new Error(`${program} did not start: ${said}`)
  }
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  )
}
