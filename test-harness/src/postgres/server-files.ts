import { ROLE_LINES } from './roles.ts'
import { LOG_SETTINGS } from './server-log.ts'
import type { PostgresWanted } from './wanted.ts'

/** A file that a server reads. */
export interface ServerFile {
  readonly name: string
  readonly content: string
  readonly mode: number
}

/** The parts of {@link PostgresWanted} that are written to files. */
export type Configured = Pick<PostgresWanted, 'tls' | 'hba' | 'settings'>

// A server for one test: no durability, little memory, a quick start.
const SHORT_LIVED = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  jit: 'off',
  shared_buffers: '16MB',
  max_connections: '150',
  wal_keep_size: '64MB',
  min_wal_size: '32MB',
  // Retry interval of a standby whose primary was away.
  wal_retrieve_retry_interval: '100ms',
}

// Debian's OpenSSL would refuse to present weak certificates (RSA 1024, SHA-1); here the client must refuse them.
const OPENSSL = `openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = servers
[servers]
CipherString = DEFAULT@SECLEVEL=0
`

/** The environment in which a server's OpenSSL reads its file among {@link serverFiles}. */
export function opensslEnvironment(folder: string): Readonly<Record<string, string>> {
  return { OPENSSL_CONF: `${folder}/openssl.cnf` }
}

/**
 * The configuration files of a server. `folder` is their path as the server sees it, `fixed` are settings that depend
 * on the source, and `admission` are the hba lines for the harness itself.
 */
export function serverFiles(
  { tls, hba = 'roles', settings }: Configured,
  folder: string,
  fixed: Readonly<Record<string, string>>,
  admission: readonly string[],
): ServerFile[] {
  const files: ServerFile[] = [
    { name: 'pg_hba.conf', content: lines([...admission, ...(hba === 'roles' ? ROLE_LINES : hba)]), mode: 0o644 },
    { name: 'pg_ident.conf', content: '', mode: 0o644 },
    { name: 'openssl.cnf', content: OPENSSL, mode: 0o644 },
  ]
  const all: Record<string, string> = {
    ...SHORT_LIVED,
    ...LOG_SETTINGS,
    ...fixed,
    hba_file: `${folder}/pg_hba.conf`,
    ident_file: `${folder}/pg_ident.conf`,
    ssl: tls ? 'on' : 'off',
  }
  const tlsFile = (setting: string, name: string, content: string | undefined, mode = 0o644) => {
    if (content === undefined) return
    all[setting] = `${folder}/${name}`
    files.push({ name, content, mode })
  }
  if (tls) {
    tlsFile('ssl_cert_file', 'server.crt', tls.certificate)
    tlsFile('ssl_key_file', 'server.key', tls.key, 0o600)
    tlsFile('ssl_ca_file', 'client-ca.crt', tls.clientCa)
    tlsFile('ssl_crl_file', 'client.crl', tls.crl)
  }
  const conf = Object.entries({ ...all, ...settings }).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`,
  )
  return [...files, { name: 'postgresql.conf', content: lines(conf), mode: 0o644 }]
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
