import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { temporaryFolder } from '@verifull/test-harness'
import type { Registry } from 'prom-client'

/** One series of an answer. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** A Prometheus that scrapes a registry and evaluates rules, both every half second. */
export interface Prometheus {
  /** The series that an expression has now. */
  query(expression: string): Promise<readonly Sample[]>
  /** Resolves with what `read` gives once it is not undefined. */
  until<T>(read: () => Promise<T | undefined>): Promise<T>
  /** Number of scrapes so far. */
  scrapes(): number
  stop(): Promise<void>
}

/** True if Prometheus is installed; else it is reported on stderr, or thrown with `CI=true`. */
export function prometheusHere(): boolean {
  const isHere =
    spawnSync('prometheus', ['--version']).status === 0 && spawnSync('promtool', ['--version']).status === 0
  const missing =
    'prometheus and promtool are not installed (Debian: apt-get install prometheus): their tests were not run'
  if (!isHere && process.env.CI) throw new Error(missing)
  if (!isHere) console.error(missing)
  return isHere
}

/** Runs promtool; resolves with its output, and rejects with it if it fails. */
export function promtool(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('promtool', args, (error, stdout, stderr) => {
      if (error) reject(new Error(stdout + stderr))
      else resolve(stdout + stderr)
    })
  })
}

/** Starts it on ephemeral ports of 127.0.0.1, with these rules. */
export async function startPrometheus(register: Registry, rules: string): Promise<Prometheus> {
  let scrapes = 0
  const target = createServer(async (_, response) => {
    const text = await register.metrics()
    scrapes++
    response.setHeader('content-type', register.contentType).end(text)
  }).listen(0, '127.0.0.1')
  await once(target, 'listening')
  const folder = temporaryFolder()
  await writeFile(join(folder.path, 'rules.yml'), rules)
  await writeFile(join(folder.path, 'prometheus.yml'), configuration((target.address() as AddressInfo).port))
  const child = spawn(
    'prometheus',
    ['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--web.listen-address=127.0.0.1:0'],
    { cwd: folder.path, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const query = queryAt(await portOf(child))
  return {
    query,
    scrapes: () => scrapes,
    async until(read) {
      for (const end = performance.now() + 20_000; performance.now() < end; await pause(250)) {
        const value = await read()
        if (value !== undefined) return value
      }
      throw new Error('Prometheus did not come to that within 20 s')
    },
    async stop() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
      target.closeAllConnections()
      await new Promise((resolve) => target.close(resolve))
      await folder.remove()
    },
  }
}

/** JSON is YAML. */
function configuration(port: number): string {
  return JSON.stringify({
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'orders', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
  })
}

/** Resolves with the port once the server is ready. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = ''
    child.once('exit', () => reject(new Error(`Prometheus ended: ${log}`)))
    child.stderr?.on('data', (chunk) => {
      log += chunk
      const [, port] = /msg="Listening on" address=127\.0\.0\.1:(\d+)/.exec(log) ?? []
      if (port !== undefined && log.includes('Server is ready')) resolve(Number(port))
    })
  })
}

function queryAt(port: number): (expression: string) => Promise<readonly Sample[]> {
  return async (expression) => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`
    const { status, error, data } = (await (await fetch(url)).json()) as Answer
    if (status !== 'success') throw new Error(`${error}: ${expression}`)
    if (data.resultType === 'scalar') return [{ metric: {}, value: Number(data.result[1]) }]
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }
}

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data:
    | { readonly resultType: 'scalar'; readonly result: readonly [number, string] }
    | {
        readonly resultType: 'vector'
        readonly result: readonly { readonly metric: Sample['metric']; readonly value: readonly [number, string] }[]
      }
}
