import type { Readable } from 'node:stream'
import type { ConnectionSeen } from './server.ts'

/** Settings in `postgresql.conf` that {@link ServerLog} needs. */
export const LOG_SETTINGS = {
  log_line_prefix: '%m [%p] %e ',
  log_connections: 'on',
  log_disconnections: 'on',
  log_timezone: 'UTC',
  lc_messages: 'C',
}

const LINE = /^\S+ \S+ UTC \[(\d+)\] (\w{5}) (\w+): {2}(.*)$/
const MARK = 'verifull-mark-'

/** Collects a server's log lines, and waits for certain ones. */
export class ServerLog {
  readonly #lines: string[] = []
  readonly #waiting = new Set<() => void>()
  #marks = 0

  /** Adds the lines of a stream; resolves at its end. */
  follow(stream: Readable): Promise<void> {
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      this.#lines.push(...lines)
      for (const look of this.#waiting) look()
    })
    return new Promise((resolve) => stream.on('close', resolve))
  }

  /** Number of lines so far, as the start of a later search. */
  get length(): number {
    return this.#lines.length
  }

  /** The lines from `start` on, without the marks of {@link settle}. */
  lines(start = 0): string[] {
    return this.#lines.slice(start).filter((line) => !line.includes(MARK))
  }

  /** Resolves with the first matching line from `start` on; rejects after `timeoutMs` (default 30 s). */
  async find(pattern: RegExp | string, start: number, timeoutMs = 30_000): Promise<string> {
    const fits = (line: string) => (typeof pattern === 'string' ? line.includes(pattern) : pattern.test(line))
    return new Promise((resolve, reject) => {
      const look = () => {
        const line = this.#lines.slice(start).find(fits)
        if (line !== undefined) done(() => resolve(line))
      }
      const done = (settle: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        settle()
      }
      const timer = setTimeout(() => {
        const last = this.lines().slice(-15).join('\n')
        done(() => reject(new Error(`the server did not log ${pattern} within ${timeoutMs} ms; it said:\n${last}`)))
      }, timeoutMs)
      this.#waiting.add(look)
      look()
    })
  }

  /** Resolves when everything that the server wrote before the call has arrived. */
  async settle(sql: (text: string) => Promise<unknown>): Promise<void> {
    this.#marks += 1
    const mark = `${MARK}${this.#marks};`
    const start = this.length
    await sql(`set log_error_verbosity = terse; do $$ begin raise log '${mark}'; end $$`)
    await this.find(mark, start)
  }

  /** The connections in these lines, without those of `superuser`. */
  connections(superuser: string): ConnectionSeen[] {
    // Process ids are reused, so a line belongs to the newest connection of its process id.
    const newest = new Map<string, number>()
    const seen: Partial<ConnectionSeen>[] = []
    for (const line of this.lines()) {
      const [, pid = '', code = '', severity = '', text = ''] = LINE.exec(line) ?? []
      const received = /^connection received: host=(\S+)(?: port=(\d+))?/.exec(text)
      if (received) {
        const remote = [received[1], received[2]].filter(Boolean).join(':')
        newest.set(pid, seen.push({ pid: Number(pid), remote }) - 1)
        continue
      }
      const at = newest.get(pid)
      if (at !== undefined) seen[at] = { ...seen[at], ...fact(code, severity, text) }
    }
    return (seen as ConnectionSeen[]).filter(({ authorized }) => authorized?.user !== superuser)
  }
}

function fact(code: string, severity: string, text: string): Partial<ConnectionSeen> {
  const method = /^connection authenticated: .* method=(\S+)/.exec(text)?.[1]
  if (method) return { method }
  const authorized = /^connection authorized: user=(\S+) database=(\S+)/.exec(text)
  if (authorized) {
    const tls = /SSL enabled \(protocol=([^,]+), cipher=([^,]+)/.exec(text)
    const session = { user: authorized[1] ?? '', database: authorized[2] ?? '' }
    return { authorized: tls ? { ...session, tls: { protocol: tls[1] ?? '', cipher: tls[2] ?? '' } } : session }
  }
  if (severity === 'FATAL' || text.startsWith('could not accept SSL connection')) {
    return { refused: { code, message: text } }
  }
  return {}
}
