import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { createRole, rolesSql } from './roles.ts'
import { type Configured, type ServerFile, serverFiles } from './server-files.ts'
import type { PostgresWanted } from './wanted.ts'

/** Source of a standby: the data of a stopped server, and its address after the restart. */
export interface Origin {
  readonly data: Buffer
  readonly host: string
  readonly password: string
}

/** An archive and its target folder in a container. It can be read once. */
export interface ContainerArchive {
  readonly tar: Readable
  readonly target: string
}

/** The folder of all our files in a container: configuration, data and socket. Images differ in their data folder. */
export const FOLDER = '/verifull'

const NOBODY = 65_534
/**
 * The user of the server in a container. It owns the socket and must exist on this machine: the current user, or nobody
 * for root, as which PostgreSQL does not run.
 */
export const USER = { uid: process.getuid?.() || NOBODY, gid: process.getgid?.() || NOBODY }

/** The files that a container needs before its server starts. */
export function firstArchives(wanted: PostgresWanted, origin: Origin | undefined): ContainerArchive[] {
  const files = [...filesOf(wanted, origin), USERS, origin ? STANDBY_SIGNAL : rolesFile(wanted)]
  const archives = [archive(files, FOLDERS)]
  return origin ? [...archives, { tar: Readable.from([origin.data]), target: FOLDER }] : archives
}

/** The files that change with settings, hba or TLS. */
export function changedArchive(configured: Configured, origin: Origin | undefined): ContainerArchive {
  return archive(filesOf(configured, origin))
}

const FIXED = { listen_addresses: '*', unix_socket_directories: `/var/run/postgresql, ${FOLDER}/socket` }
// The image's set-up uses the socket; the harness and the standby connect over TCP with a random password.
const ADMISSION = [
  'local all postgres trust',
  'host all postgres all password',
  'host replication postgres all password',
]

function filesOf(configured: Configured, origin: Origin | undefined): ServerFile[] {
  const following = origin && {
    primary_conninfo: `host=${origin.host} user=postgres password=${origin.password} sslmode=disable`,
  }
  const files = serverFiles(configured, FOLDER, { ...FIXED, ...following }, ADMISSION)
  return files.map((file) => ({ ...file, name: `${FOLDER}/${file.name}` }))
}

const FOLDERS = [
  { name: FOLDER, mode: 0o755 },
  { name: `${FOLDER}/data`, mode: 0o700 },
]
const STANDBY_SIGNAL: ServerFile = { name: `${FOLDER}/data/standby.signal`, content: '', mode: 0o600 }

// initdb fails for a user without a name.
const USERS: ServerFile = {
  name: '/etc/passwd',
  content: `root:x:0:0::/root:/bin/sh\nserver:x:${USER.uid}:${USER.gid}::/:/bin/sh\n`,
  mode: 0o644,
}

function rolesFile({ roles = [] }: PostgresWanted): ServerFile {
  const content = [rolesSql(), ...roles.flatMap(createRole).map((statement) => `${statement};`)].join('\n')
  return { name: '/docker-entrypoint-initdb.d/roles.sql', content, mode: 0o644 }
}

// Only an archive sets owner and mode, and PostgreSQL requires ownership of its key.
function archive(files: readonly ServerFile[], folders: readonly Omit<ServerFile, 'content'>[] = []): ContainerArchive {
  const tar = pack()
  for (const { name, mode } of folders) tar.entry({ name: name.slice(1), mode, ...USER, type: 'directory' })
  for (const { name, content, mode } of files) tar.entry({ name: name.slice(1), mode, ...USER }, content)
  tar.finalize()
  return { tar: Readable.from(tar), target: '/' }
}
