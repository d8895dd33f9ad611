import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Session } from '../suite/adapter.ts'
import type { ConnectRequest } from '../suite/connect-request.ts'
import { conninfoOf } from './conninfo.ts'
import { LibpqError, LibpqTimeout } from './libpq-error.ts'
import type { LibpqAnswer, LibpqOrder } from './libpq-process.ts'

/** libpq as a library, in child processes that are reused. */
export class LibpqLibrary {
  readonly #path: string
  readonly #idle: ChildProcess[] = []
  readonly #all = new Set<ChildProcess>()

  constructor(path: string) {
    this.#path = path
  }

  /** libpq's version: `18.4`. */
  async version(): Promise<string> {
    const child = this.#idle.pop() ?? this.#start()
    const answer = await ask(child, { version: true })
    this.#idle.push(child)
    return answer.rows?.[0]?.version ?? 'unknown'
  }

  async connect(request: ConnectRequest): Promise<Session> {
    const child = this.#idle.pop() ?? this.#start()
    const late = new LibpqTimeout(`libpq did not connect within ${request.timeoutMs} ms`)
    const deadline = setTimeout(() => this.#drop(child), request.timeoutMs)
    try {
      await ask(child, { connect: { conninfo: conninfoOf(request), environment: request.environment } }, late)
    } catch (error) {
      if (error instanceof LibpqError) this.#idle.push(child)
      throw error
    } finally {
      clearTimeout(deadline)
    }
    let open = true
    return {
      query: async (sql) => (await ask(child, { query: sql })).rows ?? [],
      close: async () => {
        if (!open) return
        open = false
        await ask(child, { finish: true }).catch(() => undefined)
        if (child.connected) this.#idle.push(child)
      },
    }
  }

  async close(): Promise<void> {
    const ended = [...this.#all].map((child) => once(child, 'exit'))
    for (const child of this.#all) this.#drop(child)
    await Promise.all(ended)
  }

  #start(): ChildProcess {
    const child = fork(compiled('libpq-process.js'), [this.#path], {
      execArgv: [],
      env: {},
      detached: true,
      // OpenSSL asks for a key's passphrase on the terminal, else on stdin; here stdin is empty.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#all.add(child)
    child.once('exit', () => this.#all.delete(child))
    return child
  }

  #drop(child: ChildProcess): void {
    child.kill('SIGKILL')
  }
}

async function ask(child: ChildProcess, order: LibpqOrder, onExit?: Error): Promise<LibpqAnswer> {
  const answer = await new Promise<LibpqAnswer>((done, fail) => {
    const ended = (): void => fail(onExit ?? new Error('the process that runs libpq has ended'))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      done(message as LibpqAnswer)
    })
    child.send(order)
  })
  if (answer.error !== undefined) throw new LibpqError(answer.error)
  return answer
}

/** Node 20 cannot run TypeScript, so the child is the compiled file, also when called from the sources. */
function compiled(file: string): string {
  const beside = resolve(__dirname, file)
  if (existsSync(beside)) return beside
  const built = resolve(__dirname, '../../dist/oracle', file)
  if (existsSync(built)) return built
  throw new Error(`${built} is missing; run "pnpm build" first`)
}
