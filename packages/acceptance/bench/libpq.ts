import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { libpqOracle } from '@verifull/test-harness'
import type { Destination } from './destination.ts'

/** libpq as the reference. */
export interface Libpq {
  readonly description: string
  /**
   * True for `pgbench`, to which the bars refer. The embedded library uses OpenSSL 1.1.1, which reads roots many times
   * faster.
   */
  readonly isReference: boolean
  /** Mean duration of a connection with its first query over `times` runs, in ms; NaN without libpq. */
  connectAndQuery(destination: Destination, times: number): Promise<number>
  close(): Promise<void>
}

const run = promisify(execFile)
const QUERY = 'select 1'

/** Finds `pgbench`, else the library in the embedded server package. */
export async function findLibpq(): Promise<Libpq> {
  for (const program of installedPgbench()) {
    // Debian's client package has a wrapper of that name without the program.
    const version = await run(program, ['--version']).catch(() => undefined)
    if (version) return pgbenchLibpq(program, version.stdout.trim())
  }
  return await libraryLibpq()
}

/**
 * `pgbench -C` connects for each transaction. Its figures leave out the connection that it makes beforehand, and it
 * does not wait for the end of a session before the next.
 */
function pgbenchLibpq(program: string, version: string): Libpq {
  return {
    description: `libpq: ${version}`,
    isReference: true,
    async connectAndQuery(destination, times) {
      const work = run(program, ['-C', '-n', '-t', `${times}`, '-f', '-', conninfo(destination)], {
        env: { PGPASSWORD: destination.password },
      })
      work.child.stdin?.end(`${QUERY};\n`)
      const { stdout } = await work
      const [, perSecond] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
      return 1000 / Number(perSecond)
    },
    close: async () => {},
  }
}

async function libraryLibpq(): Promise<Libpq> {
  const oracle = await libpqOracle({ via: 'library' }).catch(() => undefined)
  if (!oracle) return NO_LIBPQ
  return {
    description: `${oracle.name}, in a process of its own, with an OpenSSL of its own`,
    isReference: false,
    async connectAndQuery({ port, user, password, database, roots }, times) {
      const parameters = {
        host: '127.0.0.1',
        port: `${port}`,
        user,
        password,
        dbname: database,
        sslmode: 'verify-full',
        sslrootcert: roots,
      }
      let total = 0
      for (let time = 0; time < times; time++) {
        const started = performance.now()
        const session = await oracle.connect({ parameters, environment: {}, timeoutMs: 10_000 })
        await session.query(QUERY)
        total += performance.now() - started
        await session.close()
      }
      return total / times
    },
    close: () => oracle.close(),
  }
}

const NO_LIBPQ: Libpq = {
  description: 'libpq: left out, none here',
  isReference: false,
  connectAndQuery: async () => Number.NaN,
  close: async () => {},
}

function conninfo({ port, user, database, roots }: Destination): string {
  return `host=127.0.0.1 port=${port} user=${user} dbname=${database} sslmode=verify-full sslrootcert=${roots} gssencmode=disable`
}

/** Paths of the programs themselves, ahead of those on PATH. */
function installedPgbench(): string[] {
  const installed = '/usr/lib/postgresql'
  const versions = existsSync(installed) ? readdirSync(installed).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(installed, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  ]
  return folders.map((folder) => join(folder, 'pgbench')).filter((path) => existsSync(path))
}
