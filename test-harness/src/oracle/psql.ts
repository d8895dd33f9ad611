import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Session } from '../suite/adapter.ts'
import type { ConnectRequest } from '../suite/connect-request.ts'
import { conninfoOf } from './conninfo.ts'
import { parseCsv } from './csv.ts'
import { LibpqError, LibpqTimeout } from './libpq-error.ts'

const END = 'verifull-end-of-answer'

/** Connects with the `psql` program, whose environment is the request's alone. */
export async function connectWithPsql(program: string, request: ConnectRequest): Promise<Session> {
  const psql = spawn(program, ['--no-psqlrc', '--quiet', '--no-password', '--csv', '--dbname', conninfoOf(request)], {
    env: { ...request.environment, LC_ALL: 'C' },
    stdio: 'pipe',
    // Without a controlling terminal OpenSSL cannot prompt for a key's passphrase.
    detached: true,
  })
  const dialogue = new Dialogue(psql)
  const deadline = setTimeout(() => {
    dialogue.fail(new LibpqTimeout(`psql did not connect within ${request.timeoutMs} ms`))
    psql.kill('SIGKILL')
  }, request.timeoutMs)
  try {
    await dialogue.ask('')
  } finally {
    clearTimeout(deadline)
  }
  return {
    query: async (sql) => parseCsv(await dialogue.ask(`${sql};`)),
    async close() {
      if (psql.exitCode !== null || psql.signalCode !== null) return
      const ended = once(psql, 'exit')
      psql.stdin.end()
      await ended
    },
  }
}

/** Sends statements, and reads the output up to an end mark. */
class Dialogue {
  readonly #psql: ChildProcess
  #stdout = ''
  #stderr = ''
  #waiting: { resolve(answer: string): void; reject(error: Error): void } | undefined
  #failure: Error | undefined

  constructor(psql: ChildProcess) {
    this.#psql = psql
    // A psql that fails to connect exits before it reads; `close` reports it.
    psql.stdin?.on('error', () => undefined)
    psql.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#settle()
    })
    psql.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    psql.once('error', (error) => this.fail(error))
    psql.once('close', () => this.fail(new LibpqError(this.#complaint() || 'psql ended without a word')))
  }

  async ask(statement: string): Promise<string> {
    if (this.#failure !== undefined) throw this.#failure
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#psql.stdin?.write(`${statement}\n\\echo ${END}\n`)
    })
  }

  fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(this.#failure)
    this.#waiting = undefined
  }

  #settle(): void {
    const at = this.#stdout.indexOf(END)
    if (at < 0) return
    const answer = this.#stdout.slice(0, at)
    this.#stdout = this.#stdout.slice(at + END.length + 1)
    const complaint = this.#complaint()
    if (answer === '' && /ERROR: {2}/.test(complaint)) this.#waiting?.reject(new LibpqError(complaint))
    else this.#waiting?.resolve(answer)
    this.#waiting = undefined
  }

  #complaint(): string {
    const complaint = this.#stderr.replaceAll(/^psql: (?:error: )?/gm, '').trim()
    this.#stderr = ''
    return complaint
  }
}
