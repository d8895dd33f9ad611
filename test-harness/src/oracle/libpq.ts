import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Adapter, ALL_CAPABILITIES, type Capabilities, defineAdapter } from '../suite/adapter.ts'
import { libpqRefusal } from './libpq-error.ts'
import { LibpqLibrary } from './library.ts'
import { connectWithPsql } from './psql.ts'

/**
 * The libpq to run: the `psql` program, or a shared library. `path` may be a name for the dynamic linker, such as
 * `libpq.so.5`. Default: the library in the embedded PostgreSQL package.
 */
export type LibpqChoice =
  | { readonly via: 'psql'; readonly program?: string }
  | { readonly via: 'library'; readonly path?: string }

/** The oracle: libpq as an adapter of the suite. */
export interface LibpqAdapter extends Adapter {
  /** libpq's major version. Older ones lack some capabilities. */
  readonly libpqVersion: number
  /** Ends the child processes. */
  close(): Promise<void>
}

/**
 * Creates an adapter for libpq: `psql` if it is installed, else the library in the embedded PostgreSQL package.
 *
 * Call `close()` at the end, because the library runs in child processes.
 *
 * @throws Error if the chosen libpq is not on this machine.
 * @example
 * const oracle = await libpqOracle()
 * const session = await oracle.connect({ parameters: { host: 'localhost' }, environment: {}, timeoutMs: 5000 })
 */
export async function libpqOracle(choice?: LibpqChoice): Promise<LibpqAdapter> {
  if (choice?.via === 'psql') return psqlOracle(choice.program ?? 'psql')
  if (choice?.via === 'library') return libraryOracle(choice.path ?? embeddedLibrary())
  return psqlOracle('psql').catch(() => libraryOracle(embeddedLibrary()))
}

async function psqlOracle(program: string): Promise<LibpqAdapter> {
  const { stdout } = await promisify(execFile)(program, ['--version'])
  const version = /(\d+)(?:\.\d+)?/.exec(stdout)?.[0] ?? '0'
  return libpqAdapter(`libpq ${version} (psql)`, Number.parseInt(version, 10), {
    connect: (request) => connectWithPsql(program, request),
    close: async () => undefined,
  })
}

async function libraryOracle(path: string): Promise<LibpqAdapter> {
  const library = new LibpqLibrary(path)
  const version = await library.version()
  return libpqAdapter(`libpq ${version} (library)`, Number.parseInt(version, 10), {
    connect: (request) => library.connect(request),
    close: () => library.close(),
  })
}

function libpqAdapter(name: string, libpqVersion: number, way: Pick<LibpqAdapter, 'connect' | 'close'>): LibpqAdapter {
  const adapter = defineAdapter({ name, capabilities: capabilitiesOf(libpqVersion), refusalOf: libpqRefusal, ...way })
  return Object.freeze({ ...adapter, ...way, libpqVersion })
}

/** Capabilities by libpq's version. */
function capabilitiesOf(version: number): Capabilities {
  const since16 = version >= 16
  return {
    ...ALL_CAPABILITIES,
    systemRoots: since16,
    certificateMode: since16,
    requireAuth: since16,
    loadBalance: since16,
    directTls: version >= 17,
  }
}

function embeddedLibrary(): string {
  const name = `postgres-18-${process.platform}-${process.arch}`
  const entry = createRequire(__filename).resolve(name)
  const file = process.platform === 'darwin' ? 'libpq.5.dylib' : 'libpq.so.5'
  const path = resolve(entry, '../../native/lib', file)
  if (!existsSync(path)) throw new Error(`${name} holds no ${file}`)
  return path
}
