import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { libpqOracle } from '@verifull/test-harness'
import type { Destination } from './destination.ts'

/** libpq, to compare with. */
export interface Libpq {
  readonly description: string
  /** True for `pgbench`, which the bars name: the library brings OpenSSL 1.1.1 along, which reads roots many times faster. */
  readonly isReference: boolean
  /** Milliseconds of one connection with its first query, on the average of `times`; NaN where there is no libpq. */
  connectAndQuery(destination: Destination, times: number): Promise<number>
  close(): Promise<void>
}

const run = promisify(execFile)
const QUERY = 'select 1'

/** Finds `pgbench`, else the library that comes with the embedded server. */
export async function findLibpq(): Promise<Libpq> {
  for (const program of installedPgbench()) {
    // Debian's client package has a wrapper of that name without the program.
    const version = await run(program, ['--version']).catch(() => undefined)
    if (version) return pgbenchLibpq(program, version.stdout.trim())
  }
  return await libraryLibpq()
}

/**
 * `pgbench -C` connects for each transaction; the connection that it makes beforehand is not in its figures. It does not
 * wait for the end of a session before it begins the next.
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

/** The programs themselves before what is on the path. */
function installedPgbench(): string[] {
  const installed = '/usr/lib/postgresql'
  const versions = existsSync(installed) ? readdirSync(installed).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(installed, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
  ]
  return folders.map((folder) => join(folder, 'pgbench')).filter((path) => existsSync(path))
}
